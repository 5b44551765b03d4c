//! What a column is probably for, by its name: a proposal for a person to check.
//!
//! Chinese names put the thing last: 政策文件解读 is a column of 解读, 政府信息公开年报 one of 年报. So the word that ends
//! last in the name decides, the longest where several end together. Only words that name a whole family of columns
//! (重点领域, 公共企事业, 征集) decide wherever they stand.

use model::ChannelKind;

use ChannelKind as K;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// The kind; none where a person has to decide.
    pub kind: Option<ChannelKind>,
    /// How sure the name alone makes it, in percent.
    pub percent: u8,
    /// The word that decided.
    pub word: &'static str,
}

/// Columns that are there to be replaced when facts change: no window of days fits them (国办发〔2017〕47号).
pub const STATIC: &str = "静态栏目";

/// (words, kind, percent where the word is only part of the name)
type Row = (&'static [&'static str], Option<ChannelKind>, u8);

/// Words that decide wherever they stand.
const ANYWHERE: &[Row] = &[
    (&["重点领域"], Some(K::KeyArea), 82),
    (&["公共企事业", "企事业单位信息公开"], Some(K::PublicInstitutions), 82),
    (&["征集"], Some(K::Survey), 80),
    (&["知识库"], Some(K::Faq), 85),
];

/// Words of which the last one decides.
const WORDS: &[Row] = &[
    (&["政策解读", "文件解读", "解读回应", "图解", "解读"], Some(K::Interpretation), 80),
    (&["年度报告", "工作年报", "年报"], Some(K::AnnualReport), 82),
    (&["常见问题", "热点问答", "政策问答", "问答"], Some(K::Faq), 78),
    (&["回应关切", "热点回应", "舆情回应", "回应"], Some(K::Responses), 78),
    (&["网上调查", "意见调查", "问卷调查", "民意调查"], Some(K::Survey), 80),
    (&["统计数据", "统计公报", "统计信息", "数据发布", "统计"], Some(K::Statistics), 76),
    (&["标准目录", "标准规范", "标准化规范化", "标准指引"], Some(K::Standards), 80),
    (
        &[
            "工作动态",
            "部门动态",
            "乡镇动态",
            "镇街动态",
            "政务动态",
            "信息动态",
            "动态信息",
            "要闻动态",
            "新闻动态",
            "政务要闻",
            "工作信息",
            "工作要闻",
            "图片新闻",
            "部门新闻",
            "时政要闻",
            "新闻资讯",
            "动态",
            "要闻",
            "快讯",
        ],
        Some(K::WorkNews),
        80,
    ),
    (&["新闻", "资讯"], Some(K::WorkNews), 62),
    (&["通知公告", "公示公告", "公告公示", "通知公示", "公告", "公示", "通告"], Some(K::Notices), 80),
    (&["通知"], Some(K::Notices), 64),
    (
        &["政策文件", "规范性文件", "政策法规", "行政规范性文件", "政府文件", "部门文件", "其他文件"],
        Some(K::Policies),
        80,
    ),
    (&["文件", "政策", "法规"], Some(K::Policies), 60),
    (&["法定主动公开内容", "主动公开", "政府信息公开", "信息公开目录"], Some(K::Disclosure), 78),
    (&["信息公开", "政务公开"], Some(K::Disclosure), 58),
    // What law 711 has published, under windows that the table does not name: the clerk says whether it is watched.
    (
        &[
            "财政预决算",
            "预算决算",
            "预决算",
            "财政资金",
            "规划计划",
            "人事信息",
            "人事任免",
            "招考录用",
            "行政许可",
            "行政处罚",
            "行政执法",
            "招标采购",
            "政府采购",
            "建议提案",
            "重大决策预公开",
            "重大决策",
        ],
        Some(K::Disclosure),
        45,
    ),
    // No lists of news: what stands there is replaced, asked or searched.
    (
        &[
            "机构职能",
            "机构设置",
            "机构概况",
            "内设机构",
            "机构信息",
            "领导信息",
            "领导之窗",
            "领导分工",
            "领导班子",
            "负责人",
            "简介",
            "概况",
            "职责",
            "公开指南",
            "指南",
            "公开制度",
            "制度",
            "联系方式",
            "联系我们",
            "组成部门",
        ],
        None,
        0,
    ),
    (
        &[
            "依申请公开",
            "信箱",
            "在线访谈",
            "新闻发布会",
            "办事服务",
            "网上办事",
            "专题专栏",
            "专题",
            "数据库",
            "友情链接",
            "网站地图",
            "政府工作报告",
            "站内搜索",
            "新媒体",
            "新闻中心",
        ],
        None,
        0,
    ),
];

/// What the name says; none where no word of it is known.
#[must_use]
pub fn named(name: &str) -> Option<Named> {
    let name: String = name.chars().filter(|c| !c.is_whitespace()).collect();
    let in_rows = |rows: &'static [Row]| {
        let words = rows.iter().flat_map(|(words, kind, percent)| words.iter().map(|w| (*w, *kind, *percent)));
        words.filter_map(|(w, kind, percent)| Some((name.rfind(w)? + w.len(), w, kind, percent))).collect::<Vec<_>>()
    };
    let anywhere = in_rows(ANYWHERE).into_iter().max_by_key(|f| f.1.len());
    let (_, word, kind, percent) = anywhere.or_else(|| in_rows(WORDS).into_iter().max_by_key(|f| (f.0, f.1.len())))?;
    // A name that is nothing but the word says it best; a short word alone is still a short word.
    let whole = name == word && kind.is_some();
    let percent = if whole && percent >= 70 { 90 } else { percent };
    Some(Named { kind, percent, word })
}

/// The kind that a column of this name probably has; none where the name does not tell.
#[must_use]
pub fn kind(name: &str) -> Option<ChannelKind> {
    named(name).filter(|n| n.percent > 45).and_then(|n| n.kind)
}

/// Words in addresses that name no column.
const PLAIN_FILES: [&str; 9] = ["index", "list", "rss", "feed", "atom", "news_list", "default", "col", "node"];

/// An id from the last telling part of an address: `https://x/jyj/gzdt/index.html` → `gzdt`.
#[must_use]
pub fn id(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    let parts = parsed.path_segments()?.rev().map(|p| p.split('.').next().unwrap_or_default().to_lowercase());
    let plain = |p: &String| {
        !p.is_empty()
            && p.len() <= 32
            && !p.starts_with("index")
            && !PLAIN_FILES.contains(&p.as_str())
            && p.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    parts.into_iter().find(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_column_is_for() {
        for (name, wanted) in [
            ("工作动态", Some(K::WorkNews)),
            ("窗口动态", Some(K::WorkNews)),
            ("政务 要闻", Some(K::WorkNews)),
            ("统计局动态", Some(K::WorkNews)),
            ("通知公告", Some(K::Notices)),
            ("政策解读", Some(K::Interpretation)),
            ("政策文件解读", Some(K::Interpretation)),
            ("政策文件", Some(K::Policies)),
            ("政府信息公开年报", Some(K::AnnualReport)),
            ("法定主动公开内容", Some(K::Disclosure)),
            ("重点领域信息公开", Some(K::KeyArea)),
            ("重点领域·财政资金", Some(K::KeyArea)),
            ("民意征集结果公示", Some(K::Survey)),
            ("政民互动知识库", Some(K::Faq)),
            ("回应关切", Some(K::Responses)),
            ("公共企事业单位信息公开", Some(K::PublicInstitutions)),
            ("基层政务公开标准目录", Some(K::Standards)),
            ("友情链接", None),
            ("区长信箱", None),
            ("新闻发布会", None),
            ("大美钟山", None),
        ] {
            assert_eq!(kind(name), wanted, "{name}");
        }
    }

    #[test]
    fn columns_without_a_clock_are_not_watched_by_their_name() {
        for name in ["机构职能", "政府信息公开指南", "政府信息公开制度", "领导信息", "依申请公开", "财政预决算"]
        {
            assert_eq!(kind(name), None, "{name}");
        }
        assert_eq!(named("财政预决算").map(|n| (n.kind, n.percent)), Some((Some(K::Disclosure), 45)));
    }

    #[test]
    fn a_whole_name_is_surer_than_a_part_and_a_short_word_is_not_sure() {
        let sure = |name| named(name).unwrap().percent;
        assert!(sure("工作动态") > sure("全区工作动态展示栏工作动态"));
        assert!(sure("文件") < 70 && sure("通知") < 70);
    }

    #[test]
    fn addresses_give_ids() {
        for (url, wanted) in [
            ("https://x.gov.cn/jyj/gzdt/index.html", Some("gzdt")),
            ("https://x.gov.cn/jyj/gzdt/", Some("gzdt")),
            ("https://x.gov.cn/jyj/gzdt/rss.xml", Some("gzdt")),
            ("https://x.gov.cn/tzgg.htm", Some("tzgg")),
            ("https://x.gov.cn/col/col1234/index.html", Some("col1234")),
            ("https://x.gov.cn/", None),
        ] {
            assert_eq!(id(url).as_deref(), wanted, "{url}");
        }
    }
}
