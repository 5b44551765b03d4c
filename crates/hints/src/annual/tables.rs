//! The tables of the form, read from grids. Whatever does not look as the form does is unreadable.

use crate::text::{has_any, squeeze, without_number};

/// Why a table is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

type Grid = [Vec<String>];

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A count.
    Number(u64),
    /// Nothing, or a stroke: counts as nought where sums are formed.
    Blank,
    /// A number that is no count: negative, or with decimals.
    NoCount(String),
    /// Anything else.
    Other(String),
}

impl Cell {
    pub(super) fn of(text: &str) -> Cell {
        let text: String = squeeze(text).replace([',', '，'], "");
        let text = text.trim_end_matches(['件', '次', '宗', '份']);
        if text.is_empty() || text.chars().all(|c| matches!(c, '/' | '-' | '—' | '－' | '–' | '\\' | '无' | '_'))
        {
            return Cell::Blank;
        }
        if let Ok(n) = text.parse::<u64>()
            && n < 1_000_000_000
        {
            return Cell::Number(n);
        }
        match text.parse::<f64>() {
            Ok(n) if n.is_finite() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) => {
                // 12.0 is a whole number as a spreadsheet writes it.
                if n >= 0.0 && n.fract() == 0.0 && n < 1e9 {
                    Cell::Number(n as u64)
                } else {
                    Cell::NoCount(text.to_owned())
                }
            }
            _ => Cell::Other(text.to_owned()),
        }
    }

    /// The count; nothing where the cell cannot be counted with.
    #[must_use]
    pub fn count(&self) -> Option<u64> {
        match self {
            Cell::Number(n) => Some(*n),
            Cell::Blank => Some(0),
            Cell::NoCount(_) | Cell::Other(_) => None,
        }
    }
}

/// Table 2: rules in force, and fees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documents {
    /// 规章、行政规范性文件: name, made, repealed, in force.
    pub rules: Vec<(String, [Cell; 3])>,
    /// 行政事业性收费, as it stands.
    pub fee: Option<String>,
}

/// The columns of table 3.
pub(super) const APPLICANTS: [&str; 7] =
    ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"];

/// Table 3: requests, by applicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requests {
    /// Every row: its name and seven cells.
    pub rows: Vec<(String, [Cell; 7])>,
    /// Places of 一、本年新收, 二、上年结转, （七）总计, 四、结转下年度.
    pub new: usize,
    #[allow(missing_docs, reason = "see new")]
    pub carried: usize,
    #[allow(missing_docs, reason = "see new")]
    pub total: usize,
    #[allow(missing_docs, reason = "see new")]
    pub next: usize,
    /// The rows between 上年结转 and 总计 are all results of the form.
    pub complete: bool,
}

/// Table 4: reviews and suits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suits {
    /// 行政复议, 未经复议直接起诉, 复议后起诉: 结果维持, 结果纠正, 其他结果, 尚未审结, 总计.
    pub groups: [[Cell; 5]; 3],
}

/// The names of the groups of table 4.
pub(super) const SUITS: [&str; 3] = ["行政复议", "未经复议直接起诉", "复议后起诉"];

fn unreadable<T>(why: &str) -> Result<T, Unreadable> {
    Err(Unreadable(why.to_owned()))
}

fn holds(grid: &Grid, words: &[&str]) -> bool {
    words.iter().all(|w| grid.iter().flatten().any(|c| squeeze(c).contains(w)))
}

pub(super) fn documents(tables: &[Vec<Vec<String>>]) -> Result<Documents, Unreadable> {
    let Some(grid) = tables.iter().find(|t| holds(t, &["制发", "废止", "有效"])) else {
        return unreadable("没有找到");
    };
    let head = |word: &str| grid.iter().take(4).find_map(|row| row.iter().position(|c| squeeze(c).contains(word)));
    let (Some(made), Some(repealed), Some(valid)) = (head("制发"), head("废止"), head("有效")) else {
        return unreadable("表头不完整");
    };
    let mut rules = Vec::new();
    for row in grid {
        let name = squeeze(&row[0]);
        if name.len() < 40 && (name.contains("规章") || name.contains("规范性文件")) && made != 0 {
            let cell = |c: usize| Cell::of(row.get(c).map_or("", String::as_str));
            rules.push((name, [cell(made), cell(repealed), cell(valid)]));
        }
    }
    let fee = tables.iter().flatten().find(|row| squeeze(&row[0]).contains("行政事业性收费"));
    Ok(Documents { rules, fee: fee.and_then(|row| row.last()).map(|c| squeeze(c)) })
}

pub(super) fn requests(tables: &[Vec<Vec<String>>]) -> Result<Requests, Unreadable> {
    let Some(grid) = tables.iter().find(|t| holds(t, &["自然人", "本年新收", "上年结转"])) else {
        return unreadable("没有找到");
    };
    let columns = applicants(grid)?;
    let mut found = Requests { rows: vec![], new: 0, carried: 0, total: 0, next: 0, complete: false };
    let (mut new, mut carried, mut total, mut next) = (None, None, None, None);
    let mut seen = Vec::new();
    for row in grid {
        let label = label(row, columns[0]);
        let full: String = row[..columns[0]].iter().map(|c| squeeze(c)).collect();
        let at = found.rows.len();
        if full.contains("本年新收") {
            new = new.or(Some(at));
        } else if full.contains("上年结转") {
            carried = carried.or(Some(at));
        } else if has_any(&full, &["结转下年", "下年度继续办理"]) {
            next = next.or(Some(at));
        } else if carried.is_none() || next.is_some() {
            continue;
        } else if has_any(without_number(&label), &["总计", "合计"]) {
            total = total.or(Some(at));
        } else {
            seen.push(kind(&full, &label));
        }
        found.rows.push((if label.is_empty() { full } else { label }, columns.map(|c| Cell::of(&row[c]))));
    }
    let (Some(new), Some(carried), Some(total), Some(next)) = (new, carried, total, next) else {
        return unreadable("缺少新收、结转、总计中的行");
    };
    if !(new < carried && carried < total && total < next) {
        return unreadable("各行次序与格式不符");
    }
    Ok(Requests { new, carried, total, next, complete: is_complete(&seen), ..found })
}

/// The seven columns of applicants, in their order.
fn applicants(grid: &Grid) -> Result<[usize; 7], Unreadable> {
    let head: Vec<&Vec<String>> =
        grid.iter().take_while(|r| !r.iter().any(|c| squeeze(c).contains("本年新收"))).take(6).collect();
    let width = grid.first().map_or(0, Vec::len);
    let mut columns = [0; 7];
    let mut from = 0;
    for (i, name) in APPLICANTS.iter().enumerate() {
        let named = |c: usize| {
            head.iter().any(|row| {
                let cell = squeeze(&row[c]);
                cell == *name
                    || (i == 6 && cell == "合计")
                    || (cell.contains(name) && cell.chars().count() <= name.chars().count() + 2)
            })
        };
        let Some(column) = (from..width).find(|&c| named(c)) else {
            return unreadable(&format!("没有找到「{name}」一列"));
        };
        columns[i] = column;
        from = column + 1;
    }
    if columns[0] == 0 {
        return unreadable("没有行名");
    }
    Ok(columns)
}

/// The innermost name of a row.
fn label(row: &[String], first: usize) -> String {
    row[..first].iter().rev().map(|c| squeeze(c)).find(|c| !c.is_empty()).unwrap_or_default()
}

/// What a row of results is: the part of the form that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Full,
    Partial,
    Refused,
    Unable,
    Unhandled,
    Otherwise,
    Unknown,
}

fn kind(full: &str, label: &str) -> Part {
    let any = |words: &[&str]| has_any(full, words);
    // What a row says itself counts before what the merged cell beside it says.
    if has_any(
        label,
        &[
            "国家秘密",
            "法律行政法规",
            "其他法律",
            "三安全",
            "第三方合法权益",
            "内部事务",
            "过程性信息",
            "执法案卷",
            "行政查询",
        ],
    ) {
        Part::Refused
    } else if has_any(label, &["不掌握", "另行制作", "仍不明确"]) {
        Part::Unable
    } else if has_any(label, &["信访", "重复申请", "公开出版物", "大量反复", "重新出具", "确认或"])
    {
        Part::Unhandled
    } else if has_any(label, &["逾期不补正", "逾期未", "逾期不缴", "不缴费"])
        || (any(&["其他处理"]) && !any(&["不予处理"]))
    {
        Part::Otherwise
    } else if label.contains("部分公开") {
        Part::Partial
    } else if label.contains("予以公开") && !label.contains("不予") {
        Part::Full
    } else {
        Part::Unknown
    }
}

/// One, one, eight, three, five, and three results; the earlier form had one row for the last.
fn is_complete(seen: &[Part]) -> bool {
    let n = |p: Part| seen.iter().filter(|s| **s == p).count();
    n(Part::Unknown) == 0
        && (n(Part::Full), n(Part::Partial), n(Part::Refused), n(Part::Unable), n(Part::Unhandled)) == (1, 1, 8, 3, 5)
        && matches!(n(Part::Otherwise), 1 | 3)
}

pub(super) fn suits(tables: &[Vec<Vec<String>>]) -> Result<Suits, Unreadable> {
    let fits = |t: &&Vec<Vec<String>>| holds(t, &["行政复议", "维持", "纠正", "审结"]);
    let Some(grid) = tables.iter().find(fits) else { return unreadable("没有找到") };
    let expected = ["维持", "纠正", "其他", "审结", "计"];
    let Some(head) = grid.iter().position(|row| row.iter().filter(|c| squeeze(c).contains("审结")).count() >= 3)
    else {
        return unreadable("表头不完整");
    };
    let cells: Vec<String> = grid[head].iter().map(|c| squeeze(c)).collect();
    // The first column may name the row: the fifteen columns begin at the first 维持.
    let Some(first) = cells.iter().position(|c| c.contains("维持")) else { return unreadable("表头不完整") };
    let in_order = (0..15).all(|i| cells.get(first + i).is_some_and(|c| c.contains(expected[i % 5])));
    let Some(row) = grid.get(head + 1).filter(|_| in_order && cells.len() >= first + 15) else {
        return unreadable("各列次序与格式不符");
    };
    let group = |g: usize| std::array::from_fn(|i| Cell::of(&row[first + g * 5 + i]));
    let groups: [[Cell; 5]; 3] = [group(0), group(1), group(2)];
    if groups.iter().flatten().any(|c| matches!(c, Cell::Other(_))) {
        return unreadable("数据行无法识别");
    }
    Ok(Suits { groups })
}
