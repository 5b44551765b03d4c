//! F1 数据可视化, F2 图片与视频解读: what a unit may gain points for.

use model::Confidence;

use crate::text::{has_any, short};
use crate::{Dated, Hint, Page, quote};

/// What an interpretation is made of besides text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// 图片解读 (F2.1).
    Picture(Hint),
    /// H5、视频解读 (F2.2): what is worth more stands for both.
    Film(Hint),
}

/// A data item that is shown by charts.
#[must_use]
pub fn charts(item: &Dated<'_>) -> Option<Hint> {
    let page = item.page;
    let named = has_any(&page.title, &["图解", "图表", "图读", "一图", "看图", "可视化", "数据图", "数说", "地图"]);
    let (sure, what) = match (page.charts, page.images.len()) {
        (n, _) if n > 0 => (Confidence::High, format!("页面用脚本绘制图表{n}处")),
        (_, n) if n > 0 && named => (Confidence::Medium, format!("标题称图解，正文有图{n}幅")),
        _ => return None,
    };
    Some(Hint::new("charts", sure, "统计数据以图表、图解方式发布", vec![quote("charts", short(&page.title, 60), what)]))
}

/// An interpretation by pictures or film.
#[must_use]
pub fn interpretation(item: &Dated<'_>) -> Option<Form> {
    let page = item.page;
    if let Some((sure, what)) = film(page) {
        let quotes = vec![quote("film", short(&page.title, 60), what)];
        return Some(Form::Film(Hint::new("film", sure, "解读材料采用视频、H5等形式", quotes)));
    }
    let named = has_any(&page.title, &["图解", "一图", "长图", "漫画", "海报", "图读", "图片解读"]);
    let n = page.images.len();
    let (sure, what) = match n {
        0 => return None,
        _ if named => (Confidence::High, format!("标题称图解，正文有图{n}幅")),
        _ if page.length() < 200 => (Confidence::Medium, format!("正文以图为主（{n}幅）")),
        _ => return None,
    };
    let quotes = vec![quote("picture", short(&page.title, 60), what)];
    Some(Form::Picture(Hint::new("picture", sure, "解读材料采用图片形式", quotes)))
}

fn film(page: &Page) -> Option<(Confidence, String)> {
    let upper = page.title.to_ascii_uppercase();
    let named = has_any(&upper, &["视频", "动画", "动漫", "H5", "短片", "微电影", "云解读"]);
    let h5 = |u: &&String| has_any(&u.to_ascii_lowercase(), &["h5", "eqxiu", "maka.im", "rabbitpre"]);
    let frame = page.frames.iter().chain(page.links.iter().map(|(_, u)| u)).find(h5);
    match (page.videos, frame) {
        (n, _) if n > 0 => {
            Some((if named { Confidence::High } else { Confidence::Medium }, format!("正文有视频{n}处")))
        }
        (_, Some(url)) if named => Some((Confidence::Medium, format!("H5 页面：{url}"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen<'a>(page: &'a Page) -> Dated<'a> {
        Dated { url: "https://x.gov.cn/t1.html", day: "2026-03-01".parse().unwrap(), page }
    }

    fn page(title: &str, images: usize, videos: u32, charts: u32) -> Page {
        let images = (0..images).map(|n| format!("https://x.gov.cn/P{n}.jpg")).collect();
        Page { title: title.into(), images, videos, charts, ..Page::default() }
    }

    #[test]
    fn a_photograph_is_no_chart() {
        assert!(charts(&seen(&page("全区经济运行新闻发布会召开", 3, 0, 0))).is_none());
        assert!(charts(&seen(&page("图解2025年统计公报", 0, 0, 0))).is_none(), "named so, but there is nothing");
        assert!(charts(&seen(&page("图解2025年统计公报", 1, 0, 0))).is_some());
        assert_eq!(charts(&seen(&page("2025年统计公报", 0, 0, 2))).unwrap().confidence, Confidence::High);
    }

    #[test]
    fn one_interpretation_counts_in_its_best_form_only() {
        assert!(matches!(interpretation(&seen(&page("视频解读：招生办法", 2, 1, 0))), Some(Form::Film(_))));
        assert!(matches!(interpretation(&seen(&page("一图读懂招生办法", 1, 0, 0))), Some(Form::Picture(_))));
        let text = Page {
            paragraphs: vec!["本办法自三月一日起施行。".repeat(30)], ..page("招生办法的解读", 1, 0, 0)
        };
        assert!(interpretation(&seen(&text)).is_none(), "a text with one picture is a text");
        assert!(interpretation(&seen(&page("招生办法视频解读", 0, 0, 0))).is_none(), "a film that is not there");
    }
}
