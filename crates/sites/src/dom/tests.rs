use super::*;

/// The tree in brackets: `ul(li(a"x")li)`.
fn drawn(html: &str) -> String {
    let doc = Doc::parse(html);
    let mut out = String::new();
    let mut ends: Vec<Id> = Vec::new();
    for i in 1..doc.len() {
        while ends.last().is_some_and(|&e| e <= i) {
            ends.pop();
            out.push(')');
        }
        match doc.node(i).kind {
            Kind::Element(t) => out.push_str(&format!("{t:?}").to_lowercase()),
            Kind::Text | Kind::Raw => out.push_str(&format!("{:?}", doc.source(i).trim())),
            Kind::Comment => out.push('#'),
        }
        if doc.node(i).end > i + 1 {
            out.push('(');
            ends.push(doc.node(i).end);
        }
    }
    out.push_str(&")".repeat(ends.len()));
    out
}

#[test]
fn end_tags_that_are_left_out_are_implied() {
    assert_eq!(drawn("<ul><li>a<li>b</ul>c"), r#"ul(li("a")li("b"))"c""#);
    assert_eq!(drawn("<table><tr><td>a<td>b<tr><td>c</table>"), r#"table(tr(td("a")td("b"))tr(td("c")))"#);
    assert_eq!(drawn("<dl><dt>a<dd>b<dt>c</dl>"), r#"dl(dt("a")dd("b")dt("c"))"#);
    assert_eq!(drawn("<p>a<div>b</div>"), r#"p("a")div("b")"#);
}

#[test]
fn a_list_inside_an_item_or_cell_does_not_end_it() {
    assert_eq!(drawn("<ul><li><ul><li>a</ul>b<li>c</ul>"), r#"ul(li(ul(li("a"))"b")li("c"))"#);
    assert_eq!(drawn("<table><td><table><tr><td>a</table>b<td>c"), r#"table(td(table(tr(td("a")))"b")td("c"))"#);
}

#[test]
fn stray_end_tags_do_not_end_what_is_outside() {
    assert_eq!(drawn("<div><table><tr><td>a</div>b</td></table>c</div>"), r#"div(table(tr(td("a""b")))"c")"#);
    assert_eq!(drawn("<ul><li>a</b></span></p>b</ul>"), r#"ul(li("a""b"))"#);
}

#[test]
fn a_link_ends_the_link_before_it() {
    assert_eq!(drawn("<li><a href=x><a href=x>t</a></li><li>u"), r#"li(aa("t"))li("u")"#);
    assert_eq!(drawn("<a><div>t</a>u</div>v"), r#"a(div("t""u"))"v""#);
}

#[test]
fn scripts_hide_their_markup() {
    assert_eq!(drawn("<script>a<li></scr</SCRIPT>b"), r#"script("a<li></scr")"b""#);
    assert_eq!(drawn("<!--<li>x-->y<!-->z"), r#"#"y""z""#);
}

#[test]
fn attributes_come_in_any_form() {
    let doc = Doc::parse(r#"<a HREF = 'x?a=1&amp;b=2' title="大>小" data-x=y z">t</a>"#);
    assert_eq!(doc.attr(1, "href").as_deref(), Some("x?a=1&b=2"));
    assert_eq!(doc.attr(1, "title").as_deref(), Some("大>小"));
    assert_eq!(doc.attr(1, "data-x").as_deref(), Some("y"));
    assert_eq!(doc.text(1, 100), "t");
}

#[test]
fn entities_are_decoded() {
    assert_eq!(
        decode_entities("&ldquo;&#20013;&#x4E2D;&nbsp;&amp;lt;&copy2;&bogus;&"),
        "“中中\u{a0}&lt;&copy2;&bogus;&"
    );
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = "<div>".repeat(50_000);
    let doc = Doc::parse(&deep);
    assert!((0..doc.len()).all(|i| doc.parents(i).count() <= 200));
    let many = "<b>".repeat(700_000);
    let doc = Doc::parse(&many);
    assert!(doc.cut);
}

#[test]
fn every_name_has_its_tag_and_nothing_else_has() {
    for (name, tag) in Tag::ALL {
        assert_eq!((Tag::of(name), Tag::of(&name.to_ascii_uppercase())), (*tag, *tag));
        for other in [[*name, b"x"].concat(), [*name, b"\0"].concat(), [b"\0", *name].concat(), name[1..].to_vec()] {
            assert!(Tag::ALL.iter().any(|(n, _)| *n == other) || Tag::of(&other) == Tag::Other, "{other:?}");
        }
    }
    assert_eq!((Tag::of(b""), Tag::of(b"blockquote"), Tag::of(b"\xff")), (Tag::Other, Tag::Other, Tag::Other));
}
