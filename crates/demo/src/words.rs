//! Titles and sentences as a district's offices write them.

use model::ChannelKind;

use crate::rng::Rng;

const MATTERS: &[&str] = &[
    "安全生产大检查",
    "义务教育招生",
    "森林防灭火",
    "城乡居民医保参保",
    "农村人居环境整治",
    "防汛抗旱",
    "优化营商环境",
    "食品安全专项整治",
    "老旧小区改造",
    "就业援助",
    "易地搬迁后续扶持",
    "政务服务事项标准化",
    "河湖长制",
    "消防安全培训",
    "未成年人保护",
    "高标准农田建设",
    "反电信网络诈骗宣传",
    "基层政务公开",
    "养老服务",
    "重大项目建设",
];
const PLACES: &[&str] =
    &["各乡镇", "重点企业", "城区学校", "社区一线", "易地搬迁安置点", "项目现场", "办事大厅", "集贸市场"];
const ACTS: &[&str] = &["召开推进会", "开展专题调研", "组织业务培训", "开展联合督查", "进行现场观摩", "部署下阶段工作"];

/// A title that fits the kind of channel. `short` is the unit as it calls itself.
pub(crate) fn title(kind: ChannelKind, short: &str, rng: &mut Rng) -> String {
    let matter = rng.pick(MATTERS);
    let n = rng.between(1, 60);
    match kind {
        ChannelKind::Notices => format!("{short}关于{matter}有关事项的公告（2026年第{n}号）"),
        ChannelKind::Policies => format!("{short}关于印发《{matter}工作实施方案》的通知（钟府办发〔2026〕{n}号）"),
        ChannelKind::Responses => format!("关于群众反映{matter}问题的回应（第{n}期）"),
        ChannelKind::PublicInstitutions => format!("公共企事业单位信息公开：{matter}情况（{n}）"),
        ChannelKind::Disclosure => format!("{short}{matter}信息公开第{n}期"),
        ChannelKind::KeyArea => format!("{matter}工作开展情况公示（第{n}批）"),
        ChannelKind::Faq => format!("{matter}常见问题解答：如何办理？（{n}）"),
        ChannelKind::AnnualReport => format!("{short}政府信息公开工作年度报告"),
        ChannelKind::Interpretation => format!("一图读懂《{matter}工作实施方案》（{n}）"),
        _ => format!("{short}深入{}{}，推动{matter}走深走实（{n}）", rng.pick(PLACES), rng.pick(ACTS)),
    }
}

/// A sentence of an article.
pub(crate) fn sentence(rng: &mut Rng) -> String {
    let (a, b) = (rng.pick(MATTERS), rng.pick(MATTERS));
    format!("会议要求，各单位要围绕{a}，在{}{}，统筹做好{b}，确保各项任务落到实处。", rng.pick(PLACES), rng.pick(ACTS))
}

/// `text` with what HTML and XML read as markup written as entities.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The first `limit` characters, with dots where something was cut off.
pub(crate) fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit).chain("...".chars()).collect()
}
