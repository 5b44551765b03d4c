use super::plan;

const HEADS: &str = "采用,单位编号,单位名称,单位类别,信息员邮箱,栏目编号,栏目名称,类别,网址\n";

fn new_text(existing: &str, rows: &str) -> String {
    plan("表", format!("{HEADS}{rows}").as_bytes(), Some(existing)).unwrap().text
}

const FILE: &str = "# 头\n[[unit]]\nid = 'jyj' # 编号\nname = '教育局'\nkind = 'department'\n\n[[unit.channel]]\nid = 'gzdt'\n\
                    kind = 'work-news'\nname = '动态'\nurl = 'http://x.cn/jyj/gzdt/'\n[unit.channel.source.feed]\ntrust = 'full' # 可信\n\n\
                    # 镇\n[[unit]]\nid = 'dahe'\nname = '大河镇'\nkind = 'township'\ncontacts = [\n  'a@b.cn', # 小王\n]\n\
                    [[unit.channel]]\nid = 'gzdt'\nkind = 'work-news'\nname = '动态'\nurl = 'http://x.cn/dahe/gzdt/'\n# 尾";

#[test]
fn a_new_column_stands_with_its_unit_and_all_else_stays() {
    let text = new_text(
        FILE,
        "是,,教育局,,,,公告,公示公告,http://x.cn/jyj/tzgg/\n是,,大河镇,,c@d.cn,,公告,公示公告,http://x.cn/dahe/tzgg/\n",
    );
    let block = |unit: &str| {
        format!(
            "\n\n[[unit.channel]]\nid = \"tzgg\"\nkind = \"notices\"\nname = \"公告\"\nurl = \"http://x.cn/{unit}/tzgg/\""
        )
    };
    let wanted = FILE
        .replace("trust = 'full' # 可信", &format!("trust = 'full' # 可信{}", block("jyj")))
        .replace("url = 'http://x.cn/dahe/gzdt/'", &format!("url = 'http://x.cn/dahe/gzdt/'{}", block("dahe")))
        .replace("[\n  'a@b.cn', # 小王\n]", "[\"c@d.cn\"]");
    assert_eq!(text, wanted);
}

#[test]
fn values_are_changed_where_they_stand_and_missing_ones_put_in() {
    let text = new_text(FILE, "是,,教育局,,c@d.cn,gzdt,动态,公示公告,http://x.cn/jyj/new/\n");
    let wanted = FILE
        .replacen("name = '教育局'", "name = '教育局'\ncontacts = [\"c@d.cn\"]", 1)
        .replacen("'work-news'", "\"notices\"", 1)
        .replacen("'http://x.cn/jyj/gzdt/'", "\"http://x.cn/jyj/new/\"", 1);
    assert_eq!(text, wanted);
}

#[test]
fn line_ends_stay_as_they_are() {
    let text = new_text(&FILE.replace('\n', "\r\n"), "是,,新局,部门,,,公告,公示公告,http://x.cn/xj/tzgg/\n");
    assert!(text.contains("[[unit]]\r\nid = \"xj\"\r\n") && !text.replace("\r\n", "").contains('\n'), "{text:?}");
}

#[test]
fn names_with_quotes_and_breaks_are_one_string() {
    let text = new_text("", "是,a,\"x\"\"]局\",部门,,b,\"y\n[[unit]]\",公示公告,http://x.cn/\n");
    let (units, channels) = crate::config::units(&text, "x").unwrap();
    assert_eq!((units[0].name.as_str(), channels[0].name.as_str()), ("x\"]局", "y [[unit]]"));
}

#[test]
fn a_file_of_comments_is_kept_as_the_head() {
    let text = new_text("# 说明\n", "是,,大河镇,镇,,,公告,公示公告,http://x.cn/dahe/tzgg/\n");
    assert!(text.starts_with("# 说明\n\n[[unit]]\n"), "{text}");
}
