//! One line: its labels (供稿：, 来源丨, （通讯员 …）) and what each of them names.

/// What a label says of the name behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Where the text comes from.
    Source,
    /// Who wrote or sent it.
    Contributor,
    /// It was taken over from elsewhere.
    Reprint,
    /// No label: a name in brackets, alone on its line.
    Bracket,
    /// Editors, photographers, and what is no text.
    Never,
}

/// A label and what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) role: Role,
    pub(crate) value: &'a str,
}

/// Longer lines are searched at their beginning and in the brackets at their end only.
const LONG: usize = 80;
/// What stands in brackets at the end of a line, at most.
const IN_BRACKETS: usize = 60;
/// Characters behind one label that are read.
const VALUE: usize = 80;

/// Longer ones first, so that 信息来源 is not read as 来源.
const LABELS: &[(&str, Role)] = {
    use Role::{Contributor as C, Never as N, Reprint as R, Source as S};
    &[
        ("图片来源", N),
        ("照片来源", N),
        ("视频来源", N),
        ("封面来源", N),
        ("数据来源", N),
        ("资料来源", N),
        ("资金来源", N),
        ("素材来源", N),
        ("音乐来源", N),
        ("信息来源", S),
        ("稿件来源", S),
        ("文章来源", S),
        ("内容来源", S),
        ("新闻来源", S),
        ("文字来源", S),
        ("文稿来源", S),
        ("作者单位", S),
        ("来稿单位", S),
        ("供稿单位", S),
        ("报送单位", S),
        ("上报单位", S),
        ("投稿单位", S),
        ("撰稿单位", S),
        ("来源单位", S),
        ("文字供稿", S),
        ("图文来源", S),
        ("文图来源", S),
        ("图文供稿", S),
        ("文图供稿", S),
        ("图片供稿", N),
        ("转载自", R),
        ("转载来源", R),
        ("转自", R),
        ("转载", R),
        ("摘自", R),
        ("综合自", R),
        ("信息作者", C),
        ("通讯员", C),
        ("投稿人", C),
        ("供稿人", C),
        ("撰稿人", C),
        ("报送人", C),
        ("责任编辑", N),
        ("本期编辑", N),
        ("美术编辑", N),
        ("执行编辑", N),
        ("值班编辑", N),
        ("责任校对", N),
        ("值班主任", N),
        ("总编辑", N),
        ("副主编", N),
        ("总监制", N),
        ("责编", N),
        ("主编", N),
        ("编辑", N),
        ("编审", N),
        ("编校", N),
        ("校对", N),
        ("校审", N),
        ("审核", N),
        ("审校", N),
        ("审定", N),
        ("审签", N),
        ("初审", N),
        ("复审", N),
        ("二审", N),
        ("三审", N),
        ("一审", N),
        ("终审", N),
        ("核发", N),
        ("签发", N),
        ("监制", N),
        ("出品", N),
        ("策划", N),
        ("统筹", N),
        ("排版", N),
        ("制作", N),
        ("设计", N),
        ("制图", N),
        ("绘图", N),
        ("配音", N),
        ("播音", N),
        ("剪辑", N),
        ("发布", N),
        ("值班", N),
        ("联系", N),
        ("摄影", N),
        ("摄像", N),
        ("供图", N),
        ("配图", N),
        ("图片", N),
        ("照片", N),
        ("视频", N),
        ("摄制", N),
        ("拍摄", N),
        ("记者", N),
        ("供稿", S),
        ("来稿", S),
        ("投稿", S),
        ("稿源", S),
        ("来源", S),
        ("文图", S),
        ("图文", S),
        ("文/图", S),
        ("图/文", S),
        ("文、图", S),
        ("图、文", S),
        ("单位", S),
        ("文字", C),
        ("撰稿", C),
        ("撰文", C),
        ("作者", C),
        ("文", C),
        ("图", N),
        ("摄", N),
    ]
};

/// The line without what is not seen, one kind of blank only.
pub(crate) fn plain(line: &str) -> String {
    let seen = line.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{ad}'));
    let one = |c: char| if c.is_whitespace() || c == '\u{3000}' { ' ' } else { c };
    let text: String = seen.map(one).collect();
    text.trim().to_owned()
}

fn is_separator(c: char) -> bool {
    matches!(c, ':' | '：' | '∶' | '︰' | '﹕' | '|' | '丨' | '｜' | '︱' | '│' | '┃' | '▏' | '/' | '／')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// A label found in a line.
struct Label {
    role: Role,
    /// Where it begins.
    at: usize,
    /// Where the name behind it begins.
    value: usize,
    /// It stands behind an open bracket.
    bracketed: bool,
}

/// The labels of a line with the names behind them.
pub(crate) fn segments(line: &str) -> Vec<Segment<'_>> {
    let mut all = vec![];
    let long = line.chars().nth(LONG).is_some();
    if !long {
        read(line, &mut all);
        let alone = || Some(line).filter(|l| l.ends_with(['稿', '送']) && l.chars().count() <= IN_BRACKETS / 2);
        if all.is_empty()
            && let Some(inner) = in_brackets(line, true).or_else(alone)
        {
            all.push(Segment { role: Role::Bracket, value: inner });
        }
        return all;
    }
    // A paragraph: what it begins with, and what it has in brackets at its end.
    let head = line.char_indices().nth(LONG).map_or(line, |(i, _)| &line[..i]);
    if let Some(first) = labels(head).first().filter(|l| l.at == 0) {
        let end = line[first.value..].find(['。', '；', '!', '！']).map_or(line.len(), |i| first.value + i);
        all.push(Segment { role: first.role, value: cut(&line[first.value..end]) });
    }
    if let Some(inner) = in_brackets(line, false) {
        read(inner, &mut all);
    }
    all
}

fn read<'a>(line: &'a str, all: &mut Vec<Segment<'a>>) {
    let labels = labels(line);
    for (n, label) in labels.iter().enumerate() {
        let mut end = labels.get(n + 1).map_or(line.len(), |next| next.at).max(label.value);
        if label.bracketed
            && let Some(close) = line[label.value..end].find([')', '）', '】', ']', '〕'])
        {
            end = label.value + close;
        }
        all.push(Segment { role: label.role, value: cut(&line[label.value..end]) });
    }
}

fn cut(value: &str) -> &str {
    value.char_indices().nth(VALUE).map_or(value, |(i, _)| &value[..i])
}

/// What stands in the brackets at the end of a line; `whole`: nothing stands before them.
fn in_brackets(line: &str, whole: bool) -> Option<&str> {
    let body = line.trim_end_matches(['。', ' ']);
    let inner = body.strip_suffix(['）', ')', '】', ']'])?;
    let open = inner.rfind(['（', '(', '【', '['])?;
    let width = inner[open..].chars().next().map_or(1, char::len_utf8);
    let text = &inner[open + width..];
    let fits = text.chars().count() <= IN_BRACKETS && (!whole || inner[..open].trim().is_empty());
    fits.then_some(text)
}

fn labels(line: &str) -> Vec<Label> {
    let mut found: Vec<Label> = vec![];
    let mut before: Option<char> = None;
    let mut skip = 0;
    for (at, c) in line.char_indices() {
        if at >= skip
            && let Some((role, value)) = label_at(line, at, before)
        {
            let bracketed = matches!(before, Some('（' | '(' | '【' | '[' | '〔'));
            found.push(Label { role, at, value, bracketed });
            skip = value;
        }
        before = Some(c);
    }
    found
}

/// The label at `at`, and where the name behind it begins.
fn label_at(line: &str, at: usize, before: Option<char>) -> Option<(Role, usize)> {
    let rest = &line[at..];
    let (label, role) = LABELS
        .iter()
        .find(|(l, role)| rest.strip_prefix(l).is_some_and(|tail| stands_alone(tail, l, *role, before)))?;
    let after = &rest[label.len()..];
    let value = after.trim_start_matches(|c: char| c == ' ' || is_separator(c));
    Some((*role, line.len() - value.len()))
}

/// A label is followed by a separator, or by a blank where a person follows; 资金来源 is not 来源, but an editor needs no
/// blank before his label.
fn stands_alone(tail: &str, label: &str, role: Role, before: Option<char>) -> bool {
    let separated = tail.trim_start_matches(' ').starts_with(is_separator);
    let glued = before.is_some_and(is_han);
    let one = label.chars().count() == 1;
    if glued && (role != Role::Never || one || !separated) {
        return false;
    }
    let by_blank = matches!(
        label,
        "通讯员"
            | "供稿"
            | "转载自"
            | "转自"
            | "摘自"
            | "来源"
            | "供稿单位"
            | "摄影"
            | "记者"
            | "编辑"
            | "校对"
            | "审核"
            | "图片"
    );
    // 转载自区教育局: the reprint needs nothing between.
    let bare = matches!(label, "转载自" | "转自" | "摘自");
    separated || bare || (by_blank && tail.starts_with(' ') && !tail.trim().is_empty())
}
