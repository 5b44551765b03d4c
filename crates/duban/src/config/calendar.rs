//! `calendar/*.toml`: the State Council's notice of holidays, a file a year.
//!
//! The notices that were out when the program was built are in the program; a file of the office's own for the same year
//! takes their place, and a year that is in neither is unknown, never guessed.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, Weekday};
use model::{Day, LAST_WEEK_BEGINS, Workdays};
use rules::toml_reader::{Doc, Mistake, Value};

use super::{district, read};

/// The notices that the program knows by itself.
pub const SHIPPED: [(&str, &str); 6] = [
    ("calendar/CN-2021.toml", include_str!("../../../../config/calendar/CN-2021.toml")),
    ("calendar/CN-2022.toml", include_str!("../../../../config/calendar/CN-2022.toml")),
    ("calendar/CN-2023.toml", include_str!("../../../../config/calendar/CN-2023.toml")),
    ("calendar/CN-2024.toml", include_str!("../../../../config/calendar/CN-2024.toml")),
    ("calendar/CN-2025.toml", include_str!("../../../../config/calendar/CN-2025.toml")),
    ("calendar/CN-2026.toml", include_str!("../../../../config/calendar/CN-2026.toml")),
];

/// One year's notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The year that it is for.
    pub year: i32,
    /// Where it stands.
    pub notice: String,
    /// Days off, weekends among them included or not.
    pub off: Vec<Day>,
    /// Saturdays and Sundays that are worked.
    pub work: Vec<Day>,
}

/// All notices: those in `dir/calendar`, and the shipped ones for the years that are not there.
pub(super) fn load(dir: &Path) -> Result<Workdays, Vec<Mistake>> {
    let (mut notices, mut mistakes) = (BTreeMap::new(), Vec::new());
    for name in files(&dir.join("calendar")) {
        let path = Path::new("calendar").join(&name);
        match read(dir, &path).and_then(|(text, shown)| parse(&text, &shown).map(|n| (n, shown))) {
            Err(more) => mistakes.extend(more),
            Ok((notice, file)) => {
                let year = notice.year;
                if let Some((_, first)) = notices.insert(year, (notice, file.clone())) {
                    let text = format!("{year}年的安排已在 {first} 中：一年只能有一个文件，请核对 year");
                    mistakes.push(Mistake { file, line: 1, column: 1, path: "year".to_owned(), text });
                }
            }
        }
    }
    let mut days = Workdays::default();
    for (name, text) in SHIPPED {
        let shipped = parse(text, name)?;
        notices.entry(shipped.year).or_insert_with(|| (shipped, name.to_owned()));
    }
    for (year, (notice, _)) in notices {
        days.add_notice(year, notice.off, notice.work);
    }
    if mistakes.is_empty() { Ok(days) } else { Err(mistakes) }
}

/// The TOML files of the folder by name; none where there is no such folder.
pub(super) fn files(dir: &Path) -> Vec<std::ffi::OsString> {
    let Ok(entries) = std::fs::read_dir(dir) else { return vec![] };
    let toml = |e: &std::fs::DirEntry| e.path().extension().is_some_and(|x| x == "toml");
    let mut names: Vec<_> = entries.flatten().filter(toml).map(|e| e.file_name()).collect();
    names.sort();
    names
}

/// Reads one file.
///
/// # Errors
/// Every mistake in it.
pub fn parse(text: &str, file: &str) -> Result<Notice, Vec<Mistake>> {
    let doc = Doc::parse(text, file)?;
    let root = doc.root();
    let year = root.need("year", |v| v.integer(1949..=2099)).and_then(|y| i32::try_from(y).ok());
    let notice = root.need("notice", district::web_address);
    let off = root.need("off", |v| days(v, year, &[]));
    let known = off.clone().unwrap_or_default();
    let work = root.need("work", |v| days(v, year, &known));
    if let (Some(year), Some(off)) = (year, &off) {
        // A file that was begun and not finished would make working days of holidays.
        for (month, day, name) in
            [(1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节")]
        {
            if Day::from_ymd_opt(year, month, day).is_some_and(|d| !off.contains(&d)) {
                root.mistake(format!("off 中没有{year}年{month}月{day}日（{name}）：请按国务院办公厅通知补全"));
            }
        }
    }
    if let Some(work) = &work {
        for day in work.iter().filter(|d| !matches!(d.weekday(), Weekday::Sat | Weekday::Sun)) {
            root.mistake(format!("work 中的 {day} 不是周六或周日，本来就上班：请核对"));
        }
    }
    root.finish();
    doc.finish((|| Some(Notice { year: year?, notice: notice?, off: off?, work: work? }))())
}

/// Days of that year, or of the last week of the year before; each once, and none of `others`.
fn days(v: &Value<'_>, year: Option<i32>, others: &[Day]) -> Option<Vec<Day>> {
    let seen = std::cell::RefCell::new(Vec::new());
    v.each(|d| {
        let day = d.day()?;
        let fits = year.is_none_or(|y| {
            day.year() == y || (day.year() == y - 1 && day.month() == 12 && day.day() >= LAST_WEEK_BEGINS)
        });
        if !fits {
            return d.mistake(format!("{day} 不在该年（或上一年最后一周）内：请核对日期和 year"));
        }
        if others.contains(&day) {
            return d.mistake(format!("{day} 既写在 off 又写在 work：请核对"));
        }
        if seen.borrow().contains(&day) {
            return d.mistake(format!("{day} 写了两次：请删去一处"));
        }
        seen.borrow_mut().push(day);
        Some(day)
    })
}

/// What is missing of the notices on that day: of this year, and from 1 December on of the next. `None` is well.
#[must_use]
pub fn missing(days: &Workdays, today: Day) -> Option<String> {
    let year = today.year();
    let known = |year| days.years().any(|y| y == year);
    let file = |year: i32| format!("请把国务院办公厅{year}年节假日安排写成 calendar/CN-{year}.toml（格式同已有年份）");
    if !known(year) {
        return Some(format!("缺少{year}年的节假日安排，凡按工作日计算的期限都算不出来：{}", file(year)));
    }
    (today.month() == 12 && !known(year + 1)).then(|| {
        format!("还没有{}年的节假日安排，跨年和年底最后一周的工作日期限算不出来：{}", year + 1, file(year + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Workdays {
        load(Path::new("/nonexistent")).unwrap()
    }

    fn d(s: &str) -> Day {
        s.parse().unwrap()
    }

    #[test]
    fn the_years_have_as_many_working_days_as_the_notices_give() {
        let days = shipped();
        let count = |year| {
            let all = d(&format!("{year}-01-01")).iter_days().take_while(move |x| x.year() == year);
            // The end of the last year waits for the next notice; its days are plain ones.
            let worked = |x: &Day| days.is_workday(*x).unwrap_or(!matches!(x.weekday(), Weekday::Sat | Weekday::Sun));
            all.filter(worked).count()
        };
        assert_eq!((2021..=2026).map(count).collect::<Vec<_>>(), [250, 249, 249, 251, 248, 248]);
    }

    #[test]
    fn the_last_day_of_2022_was_off_by_the_notice_for_2023() {
        let text = |year: i32| SHIPPED.iter().find(|(n, _)| n.contains(&year.to_string())).unwrap().1;
        assert!(parse(text(2023), "x").unwrap().off.contains(&d("2022-12-31")));
        assert!(!parse(text(2022), "x").unwrap().off.contains(&d("2022-12-31")));
        assert_eq!(shipped().is_workday(d("2022-12-31")), Ok(false));
    }

    #[test]
    fn every_mistake_of_a_file_is_said_with_its_place() {
        let text = "year = 2027\nnotice = \"x\"\noff = [2027-01-01, 2026-12-24, 2027-01-01, \"2027-02-30\"]\nwork = [2027-01-01, 2027-01-04]\n";
        let all: Vec<String> = parse(text, "c.toml").unwrap_err().iter().map(ToString::to_string).collect();
        let all = all.join("\n");
        for word in ["不是网址", "2026-12-24 不在该年", "写了两次", "不是日期", "c.toml:3:"] {
            assert!(all.contains(word), "{word} in\n{all}");
        }
        let text = "year = 2027\nnotice = \"https://www.gov.cn/x\"\noff = [2027-01-01, 2027-05-01, 2027-10-01]\nwork = [2027-01-01, 2027-01-04]\n";
        let all: Vec<String> = parse(text, "c.toml").unwrap_err().iter().map(ToString::to_string).collect();
        let all = all.join("\n");
        for word in ["既写在 off 又写在 work", "10月2日（国庆节）", "c.toml:4:9"] {
            assert!(all.contains(word), "{word} in\n{all}");
        }
    }

    #[test]
    fn the_next_year_is_asked_for_from_december_on() {
        let days = shipped();
        assert_eq!(missing(&days, d("2026-11-30")), None);
        assert!(missing(&days, d("2026-12-01")).unwrap().contains("CN-2027.toml"));
        assert!(missing(&days, d("2027-03-01")).unwrap().starts_with("缺少2027年"));
        assert_eq!(missing(&days, d("2025-12-31")), None);
    }
}
