//! The timeline of a channel: publications, looks, windows and waivers, day by day on one axis.

use std::fmt::Write as _;

use model::{Day, DayRange, Month};

use super::escaped;

const DAY: i64 = 7;
const LEFT: i64 = 84;

/// Days under one colour: a window with its verdict, a waiver.
pub(crate) struct Band {
    pub(crate) days: DayRange,
    pub(crate) class: &'static str,
    pub(crate) label: String,
}

/// What is drawn.
pub(crate) struct Strip {
    pub(crate) days: DayRange,
    /// How many items bear each day.
    pub(crate) published: Vec<(Day, u32)>,
    /// Looks of each day: all, and the good ones.
    pub(crate) looks: Vec<(Day, u32, u32)>,
    pub(crate) windows: Vec<Band>,
    pub(crate) waivers: Vec<Band>,
}

fn x(strip: &Strip, day: Day) -> i64 {
    LEFT + (day - strip.days.first).num_days() * DAY
}

/// The timeline as SVG.
#[must_use]
pub(crate) fn strip(s: &Strip) -> String {
    let width = LEFT + s.days.len() * DAY + 8;
    let mut svg = format!(
        "<svg class=\"chart strip\" viewBox=\"0 0 {width} 150\" width=\"{width}\" height=\"150\" role=\"img\" \
         aria-label=\"{} 至 {} 的发布、检查、考核周期与豁免\">",
        s.days.first, s.days.last
    );
    for (y, name) in [(28, "发布"), (58, "检查"), (88, "考核周期"), (118, "豁免")] {
        let _ =
            write!(svg, "<text class=\"small\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>", LEFT - 8, y + 4);
        let _ = write!(svg, "<line class=\"axis\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\"/>", width - 8);
    }
    for day in s.days.days().filter(|d| *d == Month::of(*d).days().first || *d == s.days.first) {
        let at = x(s, day);
        let _ = write!(
            svg,
            "<line class=\"axis\" x1=\"{at}\" y1=\"14\" x2=\"{at}\" y2=\"130\"/>\
             <text class=\"small\" x=\"{}\" y=\"146\">{day}</text>",
            at + 2
        );
    }
    for (day, n) in s.published.iter().filter(|(d, _)| s.days.contains(*d)) {
        let tall = (4 * i64::from(*n)).min(16);
        let _ = write!(
            svg,
            "<rect class=\"good\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{tall}\"><title>{day} 发布 {n} 条</title></rect>",
            x(s, *day),
            28 - tall,
            DAY - 2
        );
    }
    for (day, all, good) in s.looks.iter().filter(|(d, ..)| s.days.contains(*d)) {
        let class = if *good > 0 { "look" } else { "bad" };
        let _ = write!(
            svg,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"58\" r=\"2.5\"><title>{day} 检查 {all} 次，有效 {good} 次</title></circle>",
            x(s, *day) + DAY / 2
        );
    }
    bands(&mut svg, s, &s.windows, 82);
    bands(&mut svg, s, &s.waivers, 112);
    svg + "</svg>"
}

fn bands(svg: &mut String, s: &Strip, bands: &[Band], y: i64) {
    for band in bands {
        let Some(days) = s.days.intersection(&band.days) else { continue };
        let _ = write!(
            svg,
            "<rect class=\"{}\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"12\"><title>{}</title></rect>",
            band.class,
            x(s, days.first),
            days.len() * DAY - 1,
            escaped(&band.label)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_outside_the_days_is_cut_off() {
        let day = |d: &str| d.parse::<Day>().unwrap();
        let days = DayRange { first: day("2026-03-01"), last: day("2026-03-31") };
        let band = |first, last| Band {
            days: DayRange { first: day(first), last: day(last) },
            class: "bad",
            label: "<window>".to_owned(),
        };
        let s = Strip {
            days,
            published: vec![(day("2026-02-01"), 1), (day("2026-03-02"), 2)],
            looks: vec![(day("2026-03-03"), 2, 0)],
            windows: vec![band("2026-02-20", "2026-03-02"), band("2026-01-01", "2026-01-02")],
            waivers: vec![],
        };
        let svg = strip(&s);
        assert!(svg.contains("2026-03-02 发布 2 条") && !svg.contains("2026-02-01 发布"));
        assert_eq!(svg.matches("&lt;window&gt;").count(), 1);
        assert!(svg.contains("width=\"13\" height=\"12\""), "two days of the band are left");
    }
}
