//! What the TOML parser complains of, in Chinese.

const KNOWN: &[(&str, &str)] = &[
    ("duplicate key", "同一项写了两次，请删去一处"),
    ("unclosed array", "方括号没有收尾，请补上 ]"),
    ("unclosed inline table", "花括号没有收尾，请补上 }"),
    ("unclosed table", "表头没有收尾，请补上 ]"),
    ("missing opening quote", "引号不成对，请补上引号"),
    ("invalid basic string", "引号里的文字没有收尾，或有不能使用的字符，请检查引号和反斜杠"),
    ("invalid literal string", "引号里的文字没有收尾，请检查引号"),
    ("string values must be quoted", "文字必须写在引号里"),
    ("missing comma", "缺少逗号，请补上"),
    ("extra comma", "多了逗号，请删去"),
    ("missing assignment", "缺少等号，请写作：项 = 值"),
    ("extra `=`", "多了等号，请删去"),
    ("extra assignment", "多了等号，请删去"),
    ("missing value", "等号后面没有值，请补上"),
    ("key with no value", "这一项没有值，请写作：项 = 值"),
    ("invalid unquoted key", "项名只能用字母、数字、- 和 _，其他名称要加引号"),
    ("unquoted keys cannot be empty", "项名不能为空"),
    ("recursion limit", "嵌套层数过多，请减少"),
    ("cannot recurse further", "嵌套层数过多，请减少"),
    ("unexpected leading zero", "数字开头不能有多余的 0，请删去"),
    ("unexpected content", "此处有多余的内容，请删去或另起一行"),
    ("unexpected key or value", "此处有多余的内容，请删去或另起一行"),
    ("invalid value", "值写法有误；文字要加引号，数字直接写"),
];

/// The complaint with its original words behind it, for those who want to look it up.
pub(super) fn text(message: &str) -> String {
    let lower = message.to_lowercase();
    let known = KNOWN.iter().find(|(english, _)| lower.contains(english));
    let what =
        known.map_or("此处不合 TOML 写法，请检查引号、等号、括号和逗号", |(_, chinese)| chinese);
    format!("TOML 语法有误：{what}（{message}）")
}
