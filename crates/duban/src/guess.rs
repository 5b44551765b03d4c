//! What a column is probably for, by its name: a proposal for a person to check.

use model::ChannelKind;

/// Words by which columns are named on district websites, the more telling ones first.
const WORDS: [(&str, ChannelKind); 34] = [
    ("政策解读", ChannelKind::Interpretation),
    ("解读", ChannelKind::Interpretation),
    ("年度报告", ChannelKind::AnnualReport),
    ("年报", ChannelKind::AnnualReport),
    ("知识库", ChannelKind::Faq),
    ("常见问题", ChannelKind::Faq),
    ("问答", ChannelKind::Faq),
    ("回应关切", ChannelKind::Responses),
    ("回应", ChannelKind::Responses),
    ("征集", ChannelKind::Survey),
    ("意见调查", ChannelKind::Survey),
    ("网上调查", ChannelKind::Survey),
    ("统计", ChannelKind::Statistics),
    ("数据发布", ChannelKind::Statistics),
    ("标准目录", ChannelKind::Standards),
    ("标准规范", ChannelKind::Standards),
    ("公共企事业", ChannelKind::PublicInstitutions),
    ("企事业单位", ChannelKind::PublicInstitutions),
    ("重点领域", ChannelKind::KeyArea),
    ("工作动态", ChannelKind::WorkNews),
    ("部门动态", ChannelKind::WorkNews),
    ("乡镇动态", ChannelKind::WorkNews),
    ("动态", ChannelKind::WorkNews),
    ("要闻", ChannelKind::WorkNews),
    ("公告", ChannelKind::Notices),
    ("公示", ChannelKind::Notices),
    ("通知", ChannelKind::Notices),
    ("政策文件", ChannelKind::Policies),
    ("规范性文件", ChannelKind::Policies),
    ("文件", ChannelKind::Policies),
    ("政策", ChannelKind::Policies),
    ("信息公开", ChannelKind::Disclosure),
    ("指南", ChannelKind::Disclosure),
    ("机构", ChannelKind::Disclosure),
];

/// The kind that a column of this name probably has; none where the name does not tell.
#[must_use]
pub fn kind(name: &str) -> Option<ChannelKind> {
    WORDS.iter().find(|(word, _)| name.contains(word)).map(|(_, kind)| *kind)
}

/// An id from the last telling part of an address: `https://x/jyj/gzdt/index.html` → `gzdt`.
#[must_use]
pub fn id(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok()?;
    let parts = parsed.path_segments()?.rev().map(|p| p.split('.').next().unwrap_or_default());
    let plain = |p: &&str| {
        !p.is_empty()
            && p.len() <= 32
            && !p.starts_with("index")
            && p.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    parts.into_iter().find(plain).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_a_column_is_for() {
        for (name, wanted) in [
            ("工作动态", Some(ChannelKind::WorkNews)),
            ("通知公告", Some(ChannelKind::Notices)),
            ("政策解读", Some(ChannelKind::Interpretation)),
            ("政策文件", Some(ChannelKind::Policies)),
            ("政府信息公开年报", Some(ChannelKind::AnnualReport)),
            ("友情链接", None),
        ] {
            assert_eq!(kind(name), wanted, "{name}");
        }
    }

    #[test]
    fn addresses_give_ids() {
        assert_eq!(id("https://x.gov.cn/jyj/gzdt/index.html").as_deref(), Some("gzdt"));
        assert_eq!(id("https://x.gov.cn/jyj/gzdt/").as_deref(), Some("gzdt"));
        assert_eq!(id("https://x.gov.cn/tzgg.htm").as_deref(), Some("tzgg"));
        assert_eq!(id("https://x.gov.cn/"), None);
    }
}
