//! Names of units, and which pages are their sections.

use std::collections::BTreeMap;

use model::UnitKind;
use url::Url;

use super::{Seen, State, Walked, places};

const LONGEST: usize = 22;

const TOWNSHIP: [&str; 8] = ["街道办事处", "街道办", "街道", "镇人民政府", "乡人民政府", "民族乡", "镇", "乡"];

const DEPARTMENT: [&str; 20] = [
    "委员会",
    "管委会",
    "办公室",
    "政府办",
    "办事处",
    "局",
    "委",
    "中心",
    "大队",
    "支队",
    "总队",
    "集团",
    "档案馆",
    "供销社",
    "红十字会",
    "残联",
    "工商联",
    "气象台",
    "医院",
    "学校",
];

/// Words that end like a unit and are none.
const NO_UNITS: [&str; 30] = [
    "新闻中心",
    "下载中心",
    "互动中心",
    "数据中心",
    "个人中心",
    "用户中心",
    "帮助中心",
    "专题中心",
    "办事中心",
    "资料中心",
    "视频中心",
    "文件中心",
    "图片中心",
    "会员中心",
    "发布中心",
    "解读中心",
    "回应中心",
    "搜索中心",
    "乡镇",
    "城镇",
    "各镇",
    "镇街",
    "下乡",
    "家乡",
    "水乡",
    "返乡",
    "格局",
    "布局",
    "大局",
    "结局",
];

/// The name of a unit with its kind; none where it is no name of a unit.
pub(super) fn unit_name(name: &str) -> Option<(String, UnitKind)> {
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let name = ["政府信息公开", "信息公开"].iter().find_map(|w| name.strip_suffix(w)).unwrap_or(&name).to_owned();
    let n = name.chars().count();
    let odd = |c: char| !c.is_alphanumeric() && !matches!(c, '（' | '）' | '(' | ')' | '·');
    if !(3..=LONGEST).contains(&n) || name.contains(odd) || NO_UNITS.iter().any(|w| name.ends_with(w)) {
        return None;
    }
    let bare = name.split(['（', '(']).next().unwrap_or_default();
    let ends = |words: &[&str]| words.iter().any(|w| bare.ends_with(w) && bare.len() > w.len());
    if ends(&TOWNSHIP) {
        return Some((name, UnitKind::Township));
    }
    ends(&DEPARTMENT).then_some((name, UnitKind::Department))
}

/// The same unit under two names: 区教育局 and 钟山区教育局, 大河镇 and 大河镇人民政府.
pub(super) fn same(name: &str, district: Option<&str>) -> String {
    let mut rest = name;
    for prefix in district.into_iter().chain(["区", "县"]) {
        if let Some(r) = rest.strip_prefix(prefix).filter(|r| r.chars().count() >= 3) {
            rest = r;
            break;
        }
    }
    let rest = rest.trim_end_matches("人民政府");
    rest.strip_suffix("街道办事处")
        .or_else(|| rest.strip_suffix("街道办"))
        .map_or_else(|| rest.to_owned(), |r| format!("{r}街道"))
}

/// The district that a site's name begins with: 钟山区 of 钟山区人民政府.
pub(super) fn district(site: &str) -> Option<&str> {
    let name = site.split("人民政府").next()?;
    let fits = name != site && name.ends_with(['区', '县', '市', '旗']) && name.chars().count() <= 12;
    // 某省某市某区: the last part is what units are called by.
    let inner = name.trim_end_matches(['区', '县', '市', '旗']);
    let from = inner.rfind(['省', '市', '州', '盟']).map_or(0, |i| i + '省'.len_utf8());
    fits.then(|| &name[from..])
}

/// A unit with the pages that are the entrance to its section.
#[derive(Debug, Clone)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) kind: UnitKind,
    pub(super) roots: Vec<usize>,
    /// Folders in which only this unit's pages lie.
    folders: Vec<String>,
}

/// The sections of all units, in the order in which they were met.
pub(super) struct Sections {
    pub(super) all: Vec<Section>,
    root_of: BTreeMap<usize, usize>,
    by_name: BTreeMap<String, usize>,
    by_key: BTreeMap<String, usize>,
    district: Option<String>,
}

impl Sections {
    pub(super) fn of(walked: &Walked, site: Option<&str>) -> Sections {
        let district = site.and_then(district).map(str::to_owned);
        let (root_of, by_name, by_key) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut out = Sections { all: vec![], root_of, by_name, by_key, district };
        for (i, page) in walked.pages.iter().enumerate().skip(1) {
            out.take(i, page);
        }
        out.claim_folders(walked);
        out
    }

    fn take(&mut self, i: usize, page: &Seen) {
        let title = match &page.state {
            State::Page(look) if look.nav.article || look.nav.column.is_some() => None,
            State::Page(look) => look.nav.title.as_deref(),
            _ => None,
        };
        let Some((mut name, kind)) = page.names.iter().find_map(|n| unit_name(n)) else { return };
        // The page's own title may give the full name.
        let longer = |t: &str| t.chars().count() > name.chars().count() && (t.ends_with(&name) || self.alike(t, &name));
        if let Some((full, _)) = title.and_then(unit_name).filter(|(t, _)| longer(t)) {
            name = full;
        }
        let same = same(&name, self.district.as_deref());
        let at = *self.by_name.entry(same).or_insert(self.all.len());
        match self.all.get_mut(at) {
            Some(section) => {
                section.roots.push(i);
                if name.chars().count() > section.name.chars().count() {
                    section.name = name;
                }
            }
            None => self.all.push(Section { name, kind, roots: vec![i], folders: vec![] }),
        }
        self.root_of.insert(i, at);
        if let Ok(url) = Url::parse(&page.url) {
            self.by_key.insert(places::key(&url), at);
        }
    }

    fn alike(&self, a: &str, b: &str) -> bool {
        let d = self.district.as_deref();
        same(a, d) == same(b, d)
    }

    /// A folder belongs to a unit where no other unit's entrance lies in it.
    fn claim_folders(&mut self, walked: &Walked) {
        let folder = |i: &usize| Url::parse(&walked.pages[*i].url).ok().and_then(|u| places::folder(&u));
        let roots: Vec<(usize, String)> =
            self.root_of.iter().filter_map(|(page, unit)| Some((*unit, folder(page)?))).collect();
        for (unit, own) in &roots {
            if !roots.iter().any(|(other, f)| other != unit && f.starts_with(own.as_str())) {
                self.all[*unit].folders.push(own.clone());
            }
        }
    }

    /// The unit whose entrance this page is.
    pub(super) fn entrance(&self, page: usize) -> Option<usize> {
        self.root_of.get(&page).copied()
    }

    /// The unit that a page belongs to, with the reason.
    pub(super) fn owner(&self, walked: &Walked, page: usize) -> Option<(usize, &'static str)> {
        let seen = &walked.pages[page];
        let path = Url::parse(&seen.url).map(|u| u.path().to_owned()).unwrap_or_default();
        let lies = |s: &Section| s.folders.iter().filter(|f| path.starts_with(f.as_str())).map(String::len).max();
        let nearest = (0..self.all.len()).filter_map(|u| Some((lies(&self.all[u])?, u))).max();
        if let Some((_, unit)) = nearest {
            return Some((unit, "位于该单位栏目区的目录之下"));
        }
        if let State::Page(look) = &seen.state
            && let Some(unit) = look.nav.crumbs.iter().rev().find_map(|c| self.named_by(&c.name, &c.url))
        {
            return Some((unit, "页面的“当前位置”指明该单位"));
        }
        self.linked_from(walked, page, 3).map(|unit| (unit, "只从该单位的栏目区链接"))
    }

    fn named_by(&self, name: &str, url: &str) -> Option<usize> {
        let by_key = Url::parse(url).ok().and_then(|u| self.by_key.get(&places::key(&u)).copied());
        by_key.or_else(|| self.by_name.get(&same(&unit_name(name)?.0, self.district.as_deref())).copied())
    }

    /// The only unit from whose section a page is linked. What the start page links to is everybody's.
    fn linked_from(&self, walked: &Walked, page: usize, steps: usize) -> Option<usize> {
        let parents = &walked.pages[page].parents;
        if parents.contains(&0) || steps == 0 {
            return None;
        }
        let mut found = None;
        for parent in parents {
            // A column in the menu of its own neighbours says nothing new: only pages met before it count.
            if *parent >= page {
                continue;
            }
            let unit = self.entrance(*parent).or_else(|| self.linked_from(walked, *parent, steps - 1))?;
            if found.is_some_and(|f| f != unit) {
                return None;
            }
            found = Some(unit);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_units_are_told_from_other_names() {
        for (name, wanted) in [
            ("钟山区教育局", Some(UnitKind::Department)),
            ("区政务服务中心", Some(UnitKind::Department)),
            ("区人民政府办公室", Some(UnitKind::Department)),
            ("大河镇", Some(UnitKind::Township)),
            ("大河镇人民政府", Some(UnitKind::Township)),
            ("黄土坡街道", Some(UnitKind::Township)),
            ("黄土坡街道办事处", Some(UnitKind::Township)),
            ("青林苗族彝族乡", Some(UnitKind::Township)),
            ("工作动态", None),
            ("乡镇动态", None),
            ("新闻中心", None),
            ("各乡镇", None),
            ("区委", None),
            ("中心", None),
            ("关于“放管服”工作的决定，请各局", None),
        ] {
            assert_eq!(unit_name(name).map(|u| u.1), wanted, "{name}");
        }
    }

    #[test]
    fn one_unit_has_one_name() {
        let d = district("贵州省六盘水市钟山区人民政府");
        assert_eq!(d, Some("钟山区"));
        assert_eq!(district("钟山区人民政府"), d);
        for (a, b) in [
            ("区教育局", "钟山区教育局"),
            ("教育局", "钟山区教育局"),
            ("大河镇人民政府", "大河镇"),
            ("黄土坡街道办事处", "黄土坡街道"),
        ] {
            assert_eq!(same(a, d), same(b, d));
        }
        assert_ne!(same("市场监管局", d), same("场监管局", d));
    }
}
