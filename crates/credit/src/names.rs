//! The names by which lines call units, and what may stand before and behind them.

use std::collections::{BTreeMap, BTreeSet};

use model::{Unit, UnitId, UnitKind};

/// How sure it is that a name means the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sure {
    /// Its own name or alias, of this district.
    Yes,
    /// The name of one of its accounts.
    Account,
    /// Something of the unit's: 区教育局招生办.
    Below,
    /// A name without its district: 教育局.
    Bare,
    /// Several units are called so.
    Shared,
}

/// A unit that a value names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) unit: UnitId,
    pub(crate) sure: Sure,
    pub(crate) remarks: Vec<String>,
}

/// What stands behind one label.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Value {
    pub(crate) named: Vec<Named>,
    /// Newspapers and other media that it names.
    pub(crate) media: Vec<String>,
    /// It names an office, if not one of ours.
    pub(crate) office: bool,
}

/// A name of a unit, without district and what lies above it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Variant {
    text: String,
    unit: UnitId,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It says by itself whose it is: a configured name or alias, a township.
    Own,
    /// A stem that many districts have: 教育局.
    Stem,
    /// The name of an account.
    Account,
}

/// The names of all units of a district.
#[derive(Debug, Clone, Default)]
pub struct Names {
    district: String,
    units: BTreeMap<UnitId, String>,
    variants: Vec<Variant>,
}

/// Usual short forms of departments' names.
const SHORT: &[(&str, &[&str])] = &[
    ("人民政府办公室", &["政府办公室", "政府办", "人民政府办"]),
    ("发展和改革局", &["发展改革局", "发改局"]),
    ("卫生健康局", &["卫健局", "卫生健康委"]),
    ("人力资源和社会保障局", &["人力资源社会保障局", "人社局"]),
    ("市场监督管理局", &["市场监管局", "市监局"]),
    ("住房和城乡建设局", &["住房城乡建设局", "住建局"]),
    ("文化广电旅游局", &["文广旅局", "文旅局"]),
    ("工业和信息化局", &["工信局"]),
    ("工业信息化和科学技术局", &["工科局", "工信局"]),
    ("应急管理局", &["应急局"]),
    ("农业农村局", &["农业局"]),
    ("交通运输局", &["交通局"]),
    ("自然资源局", &["自规局"]),
    ("退役军人事务局", &["退役军人局"]),
    ("医疗保障局", &["医保局"]),
    ("科学技术局", &["科技局"]),
    ("综合行政执法局", &["综合执法局", "城管局"]),
    ("民族宗教事务局", &["民宗局"]),
    ("乡村振兴局", &["振兴局"]),
    ("投资促进局", &["投促局"]),
    ("政务服务中心", &["政务中心"]),
];

/// Who is named so is a medium, not an office; a unit that is configured under such a name is still one.
const MEDIA: &[&str] = &[
    "融媒体中心",
    "融媒",
    "日报",
    "晚报",
    "晨报",
    "早报",
    "都市报",
    "新闻网",
    "新华社",
    "新华网",
    "人民网",
    "央视",
    "广播",
    "电视台",
    "报社",
    "客户端",
    "央广",
    "中国政府网",
    "澎湃",
    "学习强国",
    "网易",
    "新浪",
    "腾讯",
    "今日头条",
    "抖音",
    "网络",
];
/// Names of offices end so.
const OFFICES: &[char] =
    &['局', '委', '厅', '办', '院', '府', '会', '心', '处', '队', '校', '镇', '乡', '部', '室', '站', '所', '道'];
/// What may stand behind a unit's name without making it another.
const MEANINGLESS: &[&str] = &["供稿", "报送", "提供", "投稿", "来稿", "整理", "文", "文图", "图文", "宣"];
/// What may stand behind the name of an account.
const ACCOUNT: &[&str] = &["微信公众号", "微信公众平台", "公众号", "官方微信", "微信", "微博", "视频号", "发布"];
/// What may join two names without a blank.
const JOINTS: &[&str] = &["和", "与", "及", "联合", "会同"];
/// Names in one value that are read.
const MOST: usize = 12;

impl Names {
    /// The names of these units: their own, those configured, and the usual short forms. `accounts` are the names of
    /// their accounts.
    #[must_use]
    pub fn new(district: &str, units: &[Unit], accounts: &[(UnitId, String)]) -> Names {
        let mut names = Names { district: district.to_owned(), ..Names::default() };
        for unit in units {
            names.units.insert(unit.id.clone(), unit.name.clone());
            let stem = unit.name.strip_prefix(district).filter(|s| s.chars().count() >= 2).unwrap_or(&unit.name);
            let own = if stem == unit.name || unit.kind == UnitKind::Township { Kind::Own } else { Kind::Stem };
            names.add(stem, &unit.id, own);
            for short in short_forms(stem, unit.kind) {
                names.add(&short, &unit.id, own);
            }
            for alias in &unit.aliases {
                names.add(alias.strip_prefix(district).unwrap_or(alias), &unit.id, Kind::Stem);
                names.add(alias, &unit.id, Kind::Own);
            }
        }
        for (unit, name) in accounts {
            names.add(name, unit, Kind::Account);
        }
        names
    }

    fn add(&mut self, text: &str, unit: &UnitId, kind: Kind) {
        let text = text.trim();
        let known = self.variants.iter().any(|v| v.text == text && v.unit == *unit && v.kind == kind);
        if text.chars().count() >= 2 && !known {
            self.variants.push(Variant { text: text.to_owned(), unit: unit.clone(), kind });
        }
    }

    /// The name of a unit, its id where there is none.
    #[must_use]
    pub fn name_of<'a>(&'a self, unit: &'a UnitId) -> &'a str {
        self.units.get(unit).map_or(unit.as_str(), String::as_str)
    }

    /// What stands behind a label.
    pub(crate) fn read(&self, value: &str) -> Value {
        let mut read = Value::default();
        let tokens = value
            .split(|c: char| c.is_whitespace() || "、，,；;。&＆+|丨｜/／·•()（）【】[]〔〕:：《》“”\"".contains(c));
        for token in tokens.map(|t| t.trim_matches(['-', '—', '–', '@', '.'])).filter(|t| !t.is_empty()).take(MOST)
        {
            let named = self.units_in(token);
            if named.is_empty() {
                read.media.extend(MEDIA.iter().any(|m| token.contains(m)).then(|| token.to_owned()));
                read.office |= token.chars().count() >= 3 && token.ends_with(OFFICES);
            }
            read.named.extend(named);
        }
        read
    }

    /// The units that a token names: one, or several joined without a blank.
    fn units_in(&self, token: &str) -> Vec<Named> {
        let mut all: Vec<Named> = vec![];
        let mut rest = token;
        for _ in 0..MOST {
            let Some((end, mut hits)) = self.at_start(rest) else {
                // 市教育局和区教育局: the first is none of ours, the second may be.
                let joined = JOINTS.iter().flat_map(|j| rest.match_indices(j)).map(|(i, j)| &rest[i + j.len()..]);
                match joined.filter(|t| self.at_start(t).is_some()).max_by_key(|t| t.len()) {
                    Some(next) => rest = next,
                    None => return all,
                }
                continue;
            };
            let tail = &rest[end..];
            let joined = JOINTS.iter().find_map(|j| tail.strip_prefix(j)).filter(|t| self.at_start(t).is_some());
            if joined.is_none() && !says_nothing(tail, &hits) {
                below(&mut hits, tail);
            }
            all.extend(hits);
            match joined {
                Some(next) => rest = next,
                None => return all,
            }
        }
        all
    }

    /// The units that the beginning of `text` names by the longest of their names, and where that ends.
    fn at_start(&self, text: &str) -> Option<(usize, Vec<Named>)> {
        let mut longest = 0;
        let mut best: Vec<(&Variant, Sure)> = vec![];
        for variant in &self.variants {
            for (pos, _) in text.match_indices(&variant.text).take(3) {
                let Some(sure) = self.led(&text[..pos], variant) else { continue };
                let end = pos + variant.text.len();
                // 钟山教育局 is no account 钟山教育.
                if sure == Sure::Account && !ends_account(&text[end..]) {
                    continue;
                }
                if end > longest {
                    longest = end;
                    best.clear();
                }
                if end == longest {
                    best.push((variant, sure));
                }
            }
        }
        if best.is_empty() {
            return None;
        }
        // A unit is as sure as the surest of its readings, and only the surest readings stand.
        let sure = |s: Sure| match s {
            Sure::Yes => 0,
            Sure::Account => 1,
            _ => 2,
        };
        let first = best.iter().map(|(_, s)| sure(*s)).min()?;
        let mut units: BTreeMap<&UnitId, Sure> = BTreeMap::new();
        for (variant, s) in best.iter().filter(|(_, s)| sure(*s) == first) {
            units.insert(&variant.unit, *s);
        }
        let shared: BTreeSet<&UnitId> = units.keys().copied().collect();
        let named = units.iter().map(|(unit, s)| self.named(unit, *s, &shared)).collect();
        Some((longest, named))
    }

    fn named(&self, unit: &UnitId, sure: Sure, shared: &BTreeSet<&UnitId>) -> Named {
        let mut remarks = vec![];
        match sure {
            Sure::Bare => remarks.push(format!("署名没有写明是否{}的单位，也可能是上级或外地同名单位", self.district)),
            Sure::Account => remarks.push("署名是该单位的新媒体账号，可能是转载而非报送".to_owned()),
            Sure::Yes | Sure::Below | Sure::Shared => {}
        }
        if shared.len() < 2 {
            return Named { unit: unit.clone(), sure, remarks };
        }
        let others: Vec<&str> = shared.iter().filter(|u| **u != unit).map(|u| self.name_of(u)).collect();
        remarks.push(format!("同一简称也可能指：{}", others.join("、")));
        Named { unit: unit.clone(), sure: Sure::Shared, remarks }
    }

    /// May `lead` stand before the name? Then how sure it is.
    fn led(&self, lead: &str, variant: &Variant) -> Option<Sure> {
        let sure = match variant.kind {
            Kind::Account => return lead.is_empty().then_some(Sure::Account),
            Kind::Own => Sure::Yes,
            Kind::Stem if lead.is_empty() => Sure::Bare,
            Kind::Stem => Sure::Yes,
        };
        let level = self.district.chars().next_back().map(String::from).unwrap_or_default();
        if lead.is_empty() || (!level.is_empty() && lead == level && !variant.text.starts_with(&level)) {
            return Some(sure);
        }
        // The whole of it must be: what lies above the district, the district, the name.
        let short = self.district.strip_suffix(&level).unwrap_or_default();
        if variant.kind == Kind::Stem && !short.is_empty() && lead == short {
            return Some(Sure::Bare);
        }
        let above = if variant.text.starts_with(&self.district) {
            lead
        } else if let Some(above) = lead.strip_suffix(&self.district) {
            above
        } else if variant.text.starts_with(&level) && !short.is_empty() {
            lead.strip_suffix(short)?
        } else {
            return None;
        };
        (!self.district.is_empty() && lies_above(above)).then_some(sure)
    }
}

/// 贵州省, 六盘水市, 贵州省六盘水市, 黔西南布依族苗族自治州 — or nothing.
fn lies_above(text: &str) -> bool {
    text.is_empty()
        || (text.chars().count() <= 16
            && text.ends_with(['省', '市', '州'])
            && !text.contains(['区', '县', '镇', '乡'])
            || text.ends_with("自治区"))
}

fn ends_account(tail: &str) -> bool {
    tail.is_empty() || ACCOUNT.contains(&tail) || JOINTS.iter().any(|j| tail.starts_with(j))
}

fn says_nothing(tail: &str, hits: &[Named]) -> bool {
    let account = hits.iter().any(|h| h.sure == Sure::Account);
    tail.is_empty() || MEANINGLESS.contains(&tail) || (account && ACCOUNT.contains(&tail))
}

fn below(hits: &mut [Named], tail: &str) {
    for hit in hits {
        hit.sure = if hit.sure == Sure::Yes || hit.sure == Sure::Account { Sure::Below } else { hit.sure };
        hit.remarks.push(format!("名称之后还有“{tail}”，可能是其内设、下属机构或个人"));
    }
}

/// 教育局 has none; 凤凰街道 is also 凤凰街道办事处 and 凤凰街道办, 大河镇 also 大河镇人民政府.
fn short_forms(stem: &str, kind: UnitKind) -> Vec<String> {
    match kind {
        UnitKind::Department => SHORT
            .iter()
            .filter(|(long, _)| stem == *long)
            .flat_map(|(_, short)| short.iter().map(|s| (*s).to_owned()))
            .collect(),
        UnitKind::Township => {
            let body = ["人民政府", "办事处"].iter().find_map(|b| stem.strip_suffix(b)).unwrap_or(stem);
            let tails: &[&str] = match body.chars().next_back() {
                Some('道') => &["", "办事处", "办", "党工委"],
                _ => &["", "人民政府", "政府", "党委"],
            };
            tails.iter().map(|t| format!("{body}{t}")).collect()
        }
    }
}
