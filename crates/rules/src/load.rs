//! From the text of a rulebook to the types, with every mistake at once.

use std::collections::BTreeSet;

use model::{CountingMode, CriterionId, PeriodKind, Points, UnitKind};

use crate::rulebook::{Criterion, EvidenceBy, Group, Posting, Rule, Rulebook};
use crate::toml_reader::{Doc, Mistake, Table, Value, nearest};

mod rule;

/// The scoring table that the district really uses, as it is shipped: the default when no file is configured.
pub const ZHONGSHAN_2022: &str = include_str!("../../../config/rulebook/zhongshan-2022.toml");

/// The national veto items (国办秘函〔2019〕19号), as they are shipped: a second table, on trial, without verified points.
pub const NATIONAL_2019: &str = include_str!("../../../config/rulebook/national-2019.toml");

/// The text of a table that is shipped, by its id.
#[must_use]
pub fn shipped(id: &str) -> Option<&'static str> {
    match id {
        "zhongshan-2022" => Some(ZHONGSHAN_2022),
        "national-2019" => Some(NATIONAL_2019),
        _ => None,
    }
}

/// Reads a rulebook; `file_name` is how the file is called in the mistakes.
///
/// # Errors
/// All mistakes of the file in the order of their places, each with a Chinese sentence that says what to do. A file
/// that is no TOML is reported with its syntax errors only.
pub fn load(text: &str, file_name: &str) -> Result<Rulebook, Vec<Mistake>> {
    let doc = Doc::parse(text, file_name)?;
    let root = doc.root();
    let book = rulebook(&root);
    root.finish();
    doc.finish(book)
}

const POSTING: &[(&str, Posting)] = &[
    ("automatic", Posting::Automatic),
    ("after-confirmation", Posting::AfterConfirmation),
    ("shadow", Posting::Shadow),
];
const EVIDENCE: &[(&str, EvidenceBy)] =
    &[("auto", EvidenceBy::Auto), ("assisted", EvidenceBy::Assisted), ("register", EvidenceBy::Register)];
const UNIT_KINDS: &[(&str, UnitKind)] = &[("department", UnitKind::Department), ("township", UnitKind::Township)];
const COUNTING: &[(&str, CountingMode)] =
    &[("each-window", CountingMode::EachWindow), ("each-silence", CountingMode::EachSilence)];
const PERIODS: &[(&str, PeriodKind)] =
    &[("week", PeriodKind::Week), ("month", PeriodKind::Month), ("quarter", PeriodKind::Quarter)];

/// Group ids of the file, in its order, also of those groups that hold mistakes: a criterion is not to be blamed for them.
type GroupIds = Vec<String>;

fn rulebook(root: &Table<'_>) -> Option<Rulebook> {
    let id = root.need("id", Value::parsed);
    let name = root.need("name", Value::text);
    let source = root.need("source", Value::text);
    let posting = root.or("posting", Posting::Automatic, |v| v.word(POSTING));
    let ids = group_ids(root);
    let groups = root.tables("group", group);
    let criteria = criteria(root, &ids, posting.unwrap_or_default());
    if groups.is_empty() && !root.has("group") {
        root.mistake("没有任何一级指标，请加入 [[group]]");
    }
    if criteria.is_empty() && !root.has("criterion") {
        root.mistake("没有任何指标，请加入 [[criterion]]");
    }
    Some(Rulebook { id: id?, name: name?, source: source?, posting: posting?, groups, criteria })
}

fn group_ids(root: &Table<'_>) -> GroupIds {
    let mut ids = GroupIds::new();
    for table in root.get("group").and_then(|v| v.list()).unwrap_or_default().iter().filter_map(Value::table) {
        let Some(value) = table.get("id") else { continue };
        if let Some(id) = value.text() {
            if ids.contains(&id) {
                let _: Option<()> = value.mistake(format!("一级指标「{id}」重复，请改用别的编号"));
            } else {
                ids.push(id);
            }
        }
    }
    ids
}

fn group(table: &Table<'_>) -> Option<Group> {
    let id = table.need("id", Value::text);
    let title = table.need("title", Value::text);
    let bonus = table.or("bonus", false, Value::boolean);
    let is_bonus = bonus.unwrap_or(false);
    let points =
        if is_bonus { table.may("points", not_negative) } else { table.need("points", not_negative).map(Some) };
    let full = points.flatten().unwrap_or_default();
    let base = table.or("base", full, |v| {
        let base = not_negative(v)?;
        if base > full && !is_bonus {
            return v.mistake(format!("起始分 {base} 超过本项满分 {full}，请改小"));
        }
        Some(base)
    });
    table.finish();
    Some(Group { id: id?, title: title?, points: points?, base: base?, bonus: bonus? })
}

fn criteria(root: &Table<'_>, groups: &GroupIds, posting: Posting) -> Vec<Criterion> {
    let mut seen: BTreeSet<CriterionId> = BTreeSet::new();
    let mut all = Vec::new();
    for table in root.get("criterion").and_then(|v| v.list()).unwrap_or_default().iter().filter_map(Value::table) {
        let id = table.need("id", |v| {
            let id: CriterionId = v.parsed()?;
            if seen.insert(id.clone()) {
                Some(id)
            } else {
                v.mistake(format!("指标「{id}」重复，请改用别的编号"))
            }
        });
        all.extend(criterion(&table, id, groups, posting));
    }
    all
}

fn criterion(table: &Table<'_>, id: Option<CriterionId>, groups: &GroupIds, posting: Posting) -> Option<Criterion> {
    let group = table.need("group", |v| known_group(v, groups));
    let title = table.need("title", Value::text);
    let sentence = table.need("sentence", Value::text);
    let note = table.may("note", Value::text);
    let evidence = table.need("evidence", |v| v.word(EVIDENCE));
    let posting = table.or("posting", posting, |v| v.word(POSTING));
    let unit_kinds = table.or("unit_kinds", Vec::new(), |v| v.each(|k| k.word(UNIT_KINDS)));
    let only_units = table.or("only_units", Vec::new(), |v| v.each(Value::text));
    // The keys of an unknown kind cannot be told from mistakes, so only a known kind has its keys checked.
    let read = table.need("kind", |v| v.word(rule::KINDS)).and_then(|kind| {
        let rule = rule::read(table, kind, groups);
        let clock = rule::clock(table, kind, rule.as_ref());
        table.finish();
        rule.zip(clock)
    });
    let (rule, clock) = read.unzip();
    if rule.as_ref().is_some_and(Rule::has_no_points) {
        if posting.is_some_and(|p| p != Posting::Shadow) {
            table.mistake("没有分值的指标不能入账：请补上分值，或写 posting = \"shadow\"（试运行，不计分）");
        }
        if note == Some(None) {
            table.mistake("没有分值的指标应在 note 中写明原因，请补上");
        }
    }
    Some(Criterion {
        id: id?,
        group: group?,
        title: title?,
        sentence: sentence?,
        note: note?,
        rule: rule?,
        clock: clock?,
        evidence: evidence?,
        posting: posting?,
        unit_kinds: unit_kinds?,
        only_units: only_units?,
    })
}

fn known_group(value: &Value<'_>, groups: &GroupIds) -> Option<String> {
    let id = value.text()?;
    if groups.contains(&id) {
        return Some(id);
    }
    let all = groups.join("、");
    match nearest(&id, groups.iter().map(String::as_str)) {
        Some(near) => value.mistake(format!("没有一级指标「{id}」，是否应为「{near}」？已有：{all}")),
        None => value.mistake(format!("没有一级指标「{id}」，请改用已有的：{all}")),
    }
}

fn not_negative(value: &Value<'_>) -> Option<Points> {
    let points = value.points()?;
    if points.is_negative() {
        value.mistake(format!("满分和起始分不能为负，现为 {points}"))
    } else {
        Some(points)
    }
}
