//! The proposal as `units.toml`: what is sure as it is read, everything else as comments.

use std::fmt::Write as _;

use model::{Day, UnitKind};

use super::{ChannelProposal, Proposal, UnitProposal, Walked};

/// The text of `units.toml`. What is not sure, and what nobody was found for, is written as comments.
#[must_use]
pub fn text(proposal: &Proposal, walked: &Walked, today: Day) -> String {
    let mut out = head(proposal, walked, today);
    for unit in &proposal.units {
        write_unit(&mut out, unit);
    }
    if !proposal.unclear.is_empty() {
        out.push_str("\n# 没有看懂的导航项：\n");
        for u in &proposal.unclear {
            line(&mut out, format_args!("# - {} {}：{}", said(&u.name), said(&u.url), said(&u.why)));
        }
    }
    out
}

/// Writing into a `String` cannot fail.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}

fn head(proposal: &Proposal, walked: &Walked, today: Day) -> String {
    let all = proposal.channels().count();
    let mut out = format!(
        "# 由 duban discover 于 {today} 从 {} 生成，请逐项核对。\n\
         # 看了 {} 个页面；拟监测 {} 个栏目，另有 {} 个把握不足，写成注释（以 # 开头），不会被监测。\n\
         # 更方便的办法：在 units.xlsx 中核对，然后运行 duban import units units.xlsx。\n",
        said(&walked.start),
        walked.pages.len(),
        proposal.adopted(),
        all - proposal.adopted(),
    );
    if walked.unvisited > 0 {
        line(&mut out, format_args!("# 注意：页数预算用完，还有 {} 个链接没有看。", walked.unvisited));
    }
    if let Some(why) = &walked.broke_off {
        line(&mut out, format_args!("# 注意：{}", said(why)));
    }
    out.push_str("# 信息员邮箱（contacts）网站上没有，请补填；新媒体账号须另行登记。\n");
    out
}

fn write_unit(out: &mut String, unit: &UnitProposal) {
    let watched = !unit.nobody && unit.channels.iter().any(ChannelProposal::adopted);
    let kind = match unit.kind {
        UnitKind::Department => "department",
        UnitKind::Township => "township",
    };
    let mut block = String::new();
    line(
        &mut block,
        format_args!("[[unit]]\nid = {}\nname = {}\nkind = {kind:?}", quoted(&unit.id), quoted(&unit.name)),
    );
    block.push_str("# contacts = [\"信息员邮箱\"]\n");
    out.push('\n');
    if unit.nobody {
        out.push_str("# 以下栏目没有找到责任单位，请归到相应单位之下。\n");
    } else if !watched {
        out.push_str("# 该单位没有把握足够的栏目，整个写成注释。\n");
    }
    put(out, &block, watched);
    for channel in &unit.channels {
        write_channel(out, channel, watched && channel.adopted());
    }
}

fn write_channel(out: &mut String, channel: &ChannelProposal, watched: bool) {
    let kind = channel.kind.map_or("", model::ChannelKind::word);
    line(out, format_args!("\n# 把握 {}%：{}", channel.percent, said(&channel.why.join("；"))));
    let mut block = "[[unit.channel]]\n".to_owned();
    line(&mut block, format_args!("id = {}\nkind = {kind:?}", quoted(&channel.id)));
    line(&mut block, format_args!("name = {}\nurl = {}", quoted(&channel.name), quoted(&channel.url)));
    put(out, &block, watched);
}

/// A block as it is, or as comments.
fn put(out: &mut String, block: &str, live: bool) {
    for l in block.lines() {
        let mark = if live { "" } else { "# " };
        line(out, format_args!("{mark}{l}"));
    }
}

/// A string of TOML on one line, whatever it holds.
fn quoted(text: &str) -> String {
    toml::Value::from(said(text)).to_string()
}

/// Texts of strangers on one line: a line break would end a comment.
fn said(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .take(400)
        .collect()
}
