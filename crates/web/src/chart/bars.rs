//! Deductions by month and rule: a stacked bar for each of the last twelve months, and the same as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::{CriterionId, Month, Points, UnitId};
use store::Deducted;

use super::escaped;
use crate::office::Office;
use crate::refused::Refused;

const WIDTH: i64 = 720;
const LEFT: i64 = 48;
const TOP: i64 = 12;
const HEIGHT: i64 = 180;
/// Colours that are told apart; further rules share the last.
const COLOURS: usize = 8;

/// What each rule has cost in each of the last twelve months, one unit or all of them.
pub(crate) async fn deductions(office: &Office, unit: Option<&UnitId>) -> Result<String, Refused> {
    let mut months: Vec<Month> =
        std::iter::successors(Some(Month::of(office.today())), |m| Some(m.previous())).take(12).collect();
    months.reverse();
    Ok(drawn(&months, &office.store.deducted(months[0], unit).await?))
}

fn drawn(months: &[Month], deducted: &[Deducted]) -> String {
    let shown = deducted.iter().filter(|d| months.contains(&d.month));
    let mut cost: Cost<'_> = shown.map(|d| ((d.month, &d.criterion), d.points)).collect();
    cost.retain(|_, p| p.is_negative());
    if cost.is_empty() {
        return String::new();
    }
    let mut rules: Vec<&CriterionId> = cost.keys().map(|(_, c)| *c).collect();
    rules.sort_unstable();
    rules.dedup();
    format!("{}{}", svg(months, &rules, &cost), table(months, &rules, &cost))
}

type Cost<'a> = BTreeMap<(Month, &'a CriterionId), Points>;

fn of(cost: &Cost<'_>, month: Month) -> Points {
    cost.iter().filter(|((m, _), _)| *m == month).map(|(_, p)| *p).sum()
}

fn svg(months: &[Month], rules: &[&CriterionId], cost: &Cost<'_>) -> String {
    let most = months.iter().map(|m| -of(cost, *m).hundredths()).max().unwrap_or(1).max(100);
    let step = (WIDTH - LEFT) / 12;
    let legend = 24 * i64::try_from(rules.len().div_ceil(6)).unwrap_or(1);
    let all = TOP + HEIGHT + 28 + legend;
    let mut svg = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {all}\" role=\"img\" aria-label=\"最近十二个月各指标扣分\">\
         <line class=\"axis\" x1=\"{LEFT}\" y1=\"{0}\" x2=\"{WIDTH}\" y2=\"{0}\"/>\
         <text class=\"small\" x=\"{1}\" y=\"{2}\" text-anchor=\"end\">{3}</text>\
         <text class=\"small\" x=\"{1}\" y=\"{0}\" text-anchor=\"end\">0</text>",
        TOP + HEIGHT,
        LEFT - 6,
        TOP + 10,
        Points::from_hundredths(-most)
    );
    for (i, month) in (0i64..).zip(months) {
        let x = LEFT + i * step + 6;
        let mut y = TOP + HEIGHT;
        for (n, rule) in rules.iter().enumerate() {
            let Some(points) = cost.get(&(*month, *rule)) else { continue };
            let tall = (-points.hundredths() * HEIGHT / most).max(2);
            y -= tall;
            let _ = write!(
                svg,
                "<rect class=\"c{}\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"{tall}\"><title>{month} {} {points}分</title></rect>",
                n.min(COLOURS - 1),
                step - 12,
                escaped(rule.as_str())
            );
        }
        let _ = write!(
            svg,
            "<text class=\"small\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{month}</text>",
            x + (step - 12) / 2,
            TOP + HEIGHT + 18
        );
    }
    for (n, rule) in rules.iter().enumerate() {
        let (column, line) = (i64::try_from(n % 6).unwrap_or(0), i64::try_from(n / 6).unwrap_or(0));
        let (x, y) = (LEFT + column * 110, TOP + HEIGHT + 32 + line * 24);
        let _ = write!(
            svg,
            "<rect class=\"c{}\" x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\"/>\
             <text class=\"small\" x=\"{}\" y=\"{}\">{}</text>",
            n.min(COLOURS - 1),
            x + 20,
            y + 12,
            escaped(rule.as_str())
        );
    }
    svg + "</svg>"
}

fn table(months: &[Month], rules: &[&CriterionId], cost: &Cost<'_>) -> String {
    let mut html = String::from(
        "<details class=\"figures\"><summary>图中数字</summary><div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">指标</th>",
    );
    for month in months {
        let _ = write!(html, "<th scope=\"col\" class=\"num\">{month}</th>");
    }
    html += "</tr></thead><tbody>";
    for rule in rules {
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", escaped(rule.as_str()));
        for month in months {
            let cell = cost.get(&(*month, *rule)).map_or_else(String::new, ToString::to_string);
            let _ = write!(html, "<td class=\"num\">{cell}</td>");
        }
        html += "</tr>";
    }
    html += "<tr><th scope=\"row\">合计</th>";
    for month in months {
        let _ = write!(html, "<td class=\"num\">{}</td>", of(cost, *month));
    }
    html + "</tr></tbody></table></div></details>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_back_as_a_whole_is_not_drawn() {
        let months = ["2026-01", "2026-02"].map(|m| m.parse().unwrap());
        let of = |points: i64| Deducted {
            month: months[1],
            criterion: "B1.1".parse().unwrap(),
            points: Points::from_hundredths(points),
        };
        assert!(drawn(&months, &[of(-50)]).contains("2026-02 B1.1 -0.5分"));
        assert_eq!(drawn(&months, &[of(0)]), "");
    }
}
