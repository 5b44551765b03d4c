//! F3 征集调查: a survey, its end, and the item that tells what came of it.

use model::{Confidence, Day, WorkdayError, Workdays};

use crate::text::{has_any, hash, short, squeeze};
use crate::{Dated, Hint, quote};

/// A survey whose results were told in time. `days` are working days after its end.
///
/// # Errors
/// Where the working days of a year are not known.
pub fn answered(
    survey: &Dated<'_>,
    feedback: &Dated<'_>,
    workdays: &Workdays,
    days: u32,
) -> Result<Option<Hint>, WorkdayError> {
    if !is_survey(&survey.page.title)
        || !is_feedback(&feedback.page.title)
        || !same(&survey.page.title, &feedback.page.title)
    {
        return Ok(None);
    }
    let Some((end, said)) = end(survey) else { return Ok(None) };
    let last = workdays.add(end, days)?;
    if feedback.day < survey.day || feedback.day > last {
        return Ok(None);
    }
    let quotes = vec![
        quote(
            "survey",
            format!("「{}」：{said}", short(&survey.page.title, 60)),
            format!("征集截止{end}，反馈期限{last}"),
        ),
        quote(
            format!("feedback:{:016x}", hash(feedback.url)),
            format!("「{}」{} {}", short(&feedback.page.title, 60), feedback.day, feedback.url),
            "期限内反馈结果；未采纳意见是否说明理由请核对",
        ),
    ];
    Ok(Some(Hint::new("survey", Confidence::Medium, format!("征集结束后{days}个工作日内已反馈结果"), quotes)))
}

fn is_survey(title: &str) -> bool {
    has_any(title, &["征集", "征求", "问卷", "调查", "意见建议"]) && !is_feedback(title)
}

fn is_feedback(title: &str) -> bool {
    has_any(title, &["反馈", "采纳情况", "结果", "情况的公告", "情况的说明", "情况公示"])
}

/// Do both speak of the same?
fn same(survey: &str, feedback: &str) -> bool {
    let (a, b) = (core(survey), core(feedback));
    let short = a.chars().count().min(b.chars().count());
    short >= 4 && (a.contains(&b) || b.contains(&a))
}

fn core(title: &str) -> String {
    let title = squeeze(title);
    if let (Some(open), Some(close)) = (title.find('《'), title.rfind('》'))
        && open < close
    {
        return title[open + '《'.len_utf8()..close].replace("(征求意见稿)", "").replace("(草案)", "");
    }
    let mut text = title;
    for word in [
        "关于",
        "公开",
        "向社会",
        "征集",
        "征求",
        "意见建议",
        "意见",
        "建议",
        "问卷",
        "网上",
        "调查",
        "的公告",
        "的通知",
        "的公示",
        "结果",
        "反馈",
        "采纳",
        "情况",
        "的说明",
        "(征求意见稿)",
        "公示",
        "的",
        "活动",
    ] {
        text = text.replace(word, "");
    }
    text
}

/// The last day of a survey, and the words that say so.
fn end(survey: &Dated<'_>) -> Option<(Day, String)> {
    for paragraph in &survey.page.paragraphs {
        let text = squeeze(paragraph);
        if !has_any(&text, &["截止", "截至", "征集时间", "征求意见时间", "起止", "期限", "日前", "之前", "时间为"])
        {
            continue;
        }
        // The last date of the sentence: `自3月1日至2026年3月31日`.
        for sentence in crate::text::sentences(&text) {
            if has_any(sentence, &["截止", "截至", "时间", "期限", "前"])
                && let Some(day) = dates(sentence, survey.day).last()
                && *day >= survey.day
            {
                return Some((*day, short(sentence, 80)));
            }
        }
    }
    None
}

/// Dates as `2026年3月31日` or `3月31日`; one without a year is the next such day after `from`.
fn dates(text: &str, from: Day) -> Vec<Day> {
    use chrono::Datelike;
    let mut found = Vec::new();
    for (at, _) in text.match_indices('月').take(20) {
        let before: String = text[..at].chars().rev().take_while(char::is_ascii_digit).take(2).collect();
        let month: Option<u32> = before.chars().rev().collect::<String>().parse().ok();
        let rest = &text[at + '月'.len_utf8()..];
        let digits: String = rest.chars().take_while(char::is_ascii_digit).take(2).collect();
        let marked = rest[digits.len()..].starts_with(['日', '号']);
        let head = &text[..at - before.len()];
        let year: Option<i32> =
            head.strip_suffix('年').and_then(|h| h.get(h.len().checked_sub(4)?..)).and_then(|y| y.parse().ok());
        let (Some(month), Ok(day), true) = (month, digits.parse::<u32>(), marked) else { continue };
        let made = |y: i32| Day::from_ymd_opt(y, month, day);
        let date = match year {
            Some(y) => made(y),
            None => made(from.year()).filter(|d| *d >= from).or_else(|| made(from.year() + 1)),
        };
        found.extend(date);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Page;

    fn page(title: &str, text: &str) -> Page {
        Page { title: title.into(), paragraphs: vec![text.to_owned()], ..Page::default() }
    }

    fn workdays() -> Workdays {
        let mut days = Workdays::default();
        days.add_notice(2026, [], []);
        days.add_notice(2027, [], []);
        days
    }

    fn of(survey: (&str, &str), feedback: (&str, &str)) -> Option<Hint> {
        let (s, f) = (page(survey.0, survey.1), page(feedback.0, ""));
        let at = |url, day: &str, page| Dated { url, day: day.parse().unwrap(), page };
        answered(&at("s", "2026-03-02", &s), &at("f", feedback.1, &f), &workdays(), 10).unwrap()
    }

    const SURVEY: (&str, &str) =
        ("关于《钟山区养犬管理办法（征求意见稿）》公开征求意见的公告", "征求意见时间为2026年3月2日至3月31日。请来信。");
    const TITLE: &str = "关于《钟山区养犬管理办法》征求意见采纳情况的公告";

    #[test]
    fn feedback_in_time_is_proposed_and_late_feedback_is_not() {
        assert!(of(SURVEY, (TITLE, "2026-04-14")).is_some(), "the tenth working day");
        assert!(of(SURVEY, (TITLE, "2026-04-15")).is_none());
        assert!(of(SURVEY, (TITLE, "2026-03-01")).is_none(), "before the survey began");
    }

    #[test]
    fn another_survey_or_one_without_an_end_is_not() {
        assert!(of(SURVEY, ("关于《燃气管理办法》征求意见采纳情况的公告", "2026-04-10")).is_none());
        assert!(of((SURVEY.0, "欢迎大家提出意见。"), (TITLE, "2026-04-10")).is_none());
        assert!(of(("我区开展人口普查", SURVEY.1), (TITLE, "2026-04-10")).is_none());
    }

    #[test]
    fn dates_without_a_year_are_the_next_ones() {
        let from = "2026-11-20".parse().unwrap();
        let shown: Vec<String> = dates("自11月25日起，于1月5日截止，2026年12月31日公布，99月99日", from)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(shown, ["2026-11-25", "2027-01-05", "2026-12-31"]);
    }
}
