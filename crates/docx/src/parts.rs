//! The parts around the document itself.

use report::paper::{Look, Paper};

use crate::xml::escaped;

pub(crate) const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"#;

pub(crate) const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;

pub(crate) const DOCUMENT_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/></Relationships>"#;

/// `— 1 —` at the foot of each page.
pub(crate) const FOOTER: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#;

pub(crate) fn core(paper: &Paper) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title></cp:coreProperties>",
        escaped(&paper.heading())
    )
}

/// A style: its id, its font, its size in half points, the height of a line in twentieths of a point (none: as the font
/// asks for), and what else there is to say of the paragraph.
struct Style {
    id: &'static str,
    font: &'static str,
    size: u16,
    line: Option<u16>,
    paragraph: &'static str,
}

/// The styles of paragraphs. The font names are those that office machines have; where one is missing, the program takes
/// another of the same kind.
pub(crate) fn styles(look: Look) -> String {
    let official = look == Look::Official;
    let (body, head, line, gap) = if official { (32, 44, Some(560), Some(680)) } else { (21, 34, None, None) };
    let indented = r#"<w:ind w:firstLineChars="200" w:firstLine="640"/>"#;
    let inside = if official { indented } else { "" };
    let keep_inside = if official {
        r#"<w:keepNext/><w:ind w:firstLineChars="200" w:firstLine="640"/>"#
    } else {
        r#"<w:keepNext/><w:spacing w:before="160" w:after="40"/>"#
    };
    let small = if official { 24 } else { 19 };
    let all = [
        Style { id: "Text", font: "仿宋_GB2312", size: body, line, paragraph: inside },
        Style {
            id: "Title", font: "方正小标宋简体", size: head, line: gap, paragraph: r#"<w:jc w:val="center"/>"#
        },
        Style { id: "Heading", font: "黑体", size: if official { 32 } else { 25 }, line, paragraph: keep_inside },
        Style {
            id: "Subheading",
            font: "楷体_GB2312",
            size: if official { 32 } else { 22 },
            line,
            paragraph: keep_inside,
        },
        Style { id: "Address", font: "仿宋_GB2312", size: body, line, paragraph: "" },
        Style { id: "Note", font: "仿宋_GB2312", size: small, line: None, paragraph: "" },
        Style { id: "Caption", font: "黑体", size: 24, line: None, paragraph: "<w:keepNext/>" },
        Style {
            id: "Signature",
            font: "仿宋_GB2312",
            size: body,
            line,
            paragraph: r#"<w:ind w:right="640"/><w:jc w:val="right"/>"#,
        },
        Style {
            id: "Cell",
            font: "宋体",
            size: if look == Look::WideSheet { 16 } else { 19 },
            line: None,
            paragraph: "",
        },
        Style {
            id: "CellNumber",
            font: "宋体",
            size: if look == Look::WideSheet { 16 } else { 19 },
            line: None,
            paragraph: r#"<w:jc w:val="right"/>"#,
        },
        Style {
            id: "CellHead",
            font: "黑体",
            size: if look == Look::WideSheet { 16 } else { 19 },
            line: None,
            paragraph: r#"<w:jc w:val="center"/>"#,
        },
        Style { id: "Footer", font: "宋体", size: 28, line: None, paragraph: r#"<w:jc w:val="center"/>"# },
    ];
    let styles: String = all.iter().map(style).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"仿宋_GB2312\" w:cs=\"Times New Roman\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>{styles}</w:styles>"
    )
}

fn style(s: &Style) -> String {
    let line = s.line.map_or_else(String::new, |l| format!(r#"<w:spacing w:line="{l}" w:lineRule="exact"/>"#));
    // The schema wants keepNext, spacing, ind, jc in this order.
    let (keep, rest) = match s.paragraph.strip_prefix("<w:keepNext/>") {
        Some(rest) => ("<w:keepNext/>", rest),
        None => ("", s.paragraph),
    };
    format!(
        r#"<w:style w:type="paragraph" w:customStyle="1" w:styleId="{id}"><w:name w:val="duban {id}"/><w:qFormat/><w:pPr>{keep}{line}{rest}</w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}" w:cs="Times New Roman"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>"#,
        id = s.id,
        font = s.font,
        size = s.size
    )
}
