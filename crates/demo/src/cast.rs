//! The units of the simulated district and their columns.

use model::{ChannelId, ChannelKind, Trust, UnitId, UnitKind};

use crate::column::{Account, Column, Family, Office, Validators};

use ChannelKind as K;
use Family as F;

/// The units: departments made up after the usual ones, townships by the real names of 钟山区.
pub(crate) fn offices() -> Vec<Office> {
    let departments = [
        ("zfb", "钟山区人民政府办公室"),
        ("jyj", "钟山区教育局"),
        ("xfj", "钟山区信访局"),
        ("zwzx", "钟山区政务服务中心"),
        ("fgj", "钟山区发展和改革局"),
        ("mzj", "钟山区民政局"),
        ("czj", "钟山区财政局"),
        ("rsj", "钟山区人力资源和社会保障局"),
        ("wjj", "钟山区卫生健康局"),
        ("yjj", "钟山区应急管理局"),
        ("scjgj", "钟山区市场监督管理局"),
        ("zszx", "钟山区招商引资服务中心"),
    ];
    let townships = [
        ("dahe", "大河镇"),
        ("wangjiazhai", "汪家寨镇"),
        ("muguo", "木果镇"),
        ("baohua", "保华镇"),
        ("htp", "黄土坡街道"),
        ("hecheng", "荷城街道"),
        ("fenghuang", "凤凰街道"),
        ("qinglin", "青林苗族彝族乡"),
    ];
    let office = |kind| {
        move |(id, name): (&'static str, &'static str)| Office { id: id.into(), name: name.into(), kind, until: None }
    };
    departments
        .into_iter()
        .map(office(UnitKind::Department))
        .chain(townships.into_iter().map(office(UnitKind::Township)))
        .collect()
}

/// The markup of a unit's section, where nothing else is said of a column.
fn template(office: &str) -> Family {
    match office {
        "xfj" | "wangjiazhai" | "fenghuang" => F::Table,
        "zwzx" | "htp" => F::Dl,
        "fgj" | "baohua" => F::Vsb,
        "mzj" | "qinglin" => F::Gbk,
        "czj" => F::Jcms,
        "rsj" | "hecheng" => F::Divs,
        _ => F::Trs,
    }
}

/// Columns whose markup is not that of their section.
fn family(office: &str, name: &str) -> Family {
    match (office, name) {
        ("wjj", "gzdt" | "tzgg") => F::Yearless,
        ("zwzx", "zdly-1") | ("yjj", "tzgg") | ("zfb", "zdly-2") => F::Json,
        ("zszx", "gzdt") | ("scjgj", "tzgg") => F::Rss,
        // Yearly reports go back for years, which a list without years cannot show.
        (_, "nb") => F::Trs,
        _ => template(office),
    }
}

const EVERY: &[(&str, K, &str)] = &[
    ("gzdt", K::WorkNews, "工作动态"),
    ("tzgg", K::Notices, "通知公告"),
    ("xxgk", K::Disclosure, "法定主动公开内容"),
    ("zdly-1", K::KeyArea, "重点领域·公共服务"),
    ("zdly-2", K::KeyArea, "重点领域·财政资金"),
    ("nb", K::AnnualReport, "政府信息公开年报"),
];
const DEPARTMENT: &[(&str, K, &str)] =
    &[("zcwj", K::Policies, "政策文件"), ("hygq", K::Responses, "回应关切"), ("zsk", K::Faq, "常见问题知识库")];
const SOME: &[(&str, &str, K, &str)] = &[
    ("zfb", "jd", K::Interpretation, "政策解读"),
    ("jyj", "jd", K::Interpretation, "政策解读"),
    ("fgj", "jd", K::Interpretation, "政策解读"),
    ("rsj", "jd", K::Interpretation, "政策解读"),
    ("wjj", "jd", K::Interpretation, "政策解读"),
    ("zfb", "ggqsy", K::PublicInstitutions, "公共企事业单位"),
    ("jyj", "ggqsy", K::PublicInstitutions, "公共企事业单位"),
    ("wjj", "ggqsy", K::PublicInstitutions, "公共企事业单位"),
    ("scjgj", "ggqsy", K::PublicInstitutions, "公共企事业单位"),
    ("baohua", "zcwj", K::Policies, "政策文件"),
    ("zfb", "zdly-3", K::KeyArea, "重点领域·重大建设项目"),
    ("jyj", "zdly-3", K::KeyArea, "重点领域·义务教育"),
    ("zwzx", "zdly-3", K::KeyArea, "重点领域·行政许可"),
    ("zwzx", "ckdt", K::WorkNews, "窗口动态"),
    ("htp", "zsk", K::Faq, "常见问题知识库"),
];
/// Accounts that the bridge serves; the first is its canary.
const BRIDGED: &[(&str, &str)] = &[
    ("zfb", "钟山发布"),
    ("jyj", "钟山教育"),
    ("fgj", "钟山发改"),
    ("rsj", "钟山人社"),
    ("wjj", "健康钟山"),
    ("mzj", "钟山民政"),
    ("dahe", "大河微讯"),
];
/// Accounts with a feed of their own.
const ALONE: &[(&str, &str, Family, Trust)] = &[
    ("scjgj", "钟山市场监管", F::Atom, Trust::Full),
    ("yjj", "钟山应急", F::JsonFeed, Trust::Clears),
    ("hecheng", "荷城之声", F::Rss, Trust::Full),
];

/// Accounts that are read otherwise: by the platform's own interface, by RSSHub, by a person.
const OTHERS: &[(&str, &str, K, &str, &str, Account)] = &[
    ("czj", "wx", K::Wechat, "钟山财政", "/open/wechat/czj", Account::Official),
    ("wjj", "wb", K::Weibo, "健康钟山微博", "/rsshub/weibo/user/1000000001", Account::Page),
    ("baohua", "sph", K::OtherMedia, "保华视频号", "/people/baohua", Account::Manual),
];

/// All columns and accounts, without anything published yet.
pub(crate) fn columns(offices: &[Office]) -> Vec<Column> {
    let mut out = Vec::new();
    for (index, office) in offices.iter().enumerate() {
        let own = SOME.iter().filter(|s| s.0 == office.id).map(|&(_, name, kind, title)| (name, kind, title));
        let department = if office.kind == UnitKind::Department { DEPARTMENT } else { &[] };
        for (name, kind, title) in EVERY.iter().chain(department).copied().chain(own) {
            let family = family(&office.id, name);
            let mut column = blank(out.len(), (index, office), name, kind, family, path(&office.id, name, family));
            title.clone_into(&mut column.name);
            out.push(column);
        }
        if let Some(n) = BRIDGED.iter().position(|b| b.0 == office.id) {
            let path = format!("/bridge/feeds/MP_WXS_{}.rss", 3_200_000 + n * 7919);
            let mut column = blank(out.len(), (index, office), "wx", K::Wechat, F::Rss, path);
            BRIDGED[n].1.clone_into(&mut column.name);
            (column.bridged, column.trust) = (true, Trust::Witnessed);
            out.push(column);
        }
        if let Some(&(_, title, family, trust)) = ALONE.iter().find(|a| a.0 == office.id) {
            let tail = if family == F::JsonFeed { "json" } else { "xml" };
            let path = format!("/wx/{}/feed.{tail}", office.id);
            let mut column = blank(out.len(), (index, office), "wx", K::Wechat, family, path);
            title.clone_into(&mut column.name);
            column.trust = trust;
            out.push(column);
        }
        for &(_, name, kind, title, path, account) in OTHERS.iter().filter(|o| o.0 == office.id) {
            let mut column = blank(out.len(), (index, office), name, kind, F::Rss, path.to_owned());
            title.clone_into(&mut column.name);
            column.account = account;
            column.trust = if kind == K::Weibo { Trust::Clears } else { Trust::Full };
            out.push(column);
        }
    }
    out
}

pub(crate) fn path(office: &str, name: &str, family: Family) -> String {
    match family {
        F::Vsb => format!("/{office}/{name}.htm"),
        F::Json => format!("/api/{office}/{name}/list.json"),
        F::Rss => format!("/{office}/{name}/rss.xml"),
        _ => format!("/{office}/{name}/"),
    }
}

pub(crate) fn blank(
    number: usize,
    office: (usize, &Office),
    name: &str,
    kind: K,
    family: Family,
    path: String,
) -> Column {
    // Most servers send both validators; some send one, and every ninth column is made anew for each visitor.
    let validators = match number % 9 {
        8 => Validators { etag: false, last_modified: false },
        4 => Validators { etag: true, last_modified: false },
        6 => Validators { etag: false, last_modified: true },
        _ => Validators { etag: true, last_modified: true },
    };
    Column {
        id: id(&office.1.id, name),
        office: office.0,
        kind,
        name: String::new(),
        family,
        path,
        number,
        from: None,
        validators,
        trust: Trust::Full,
        bridged: false,
        account: Account::Page,
        posts: Vec::new(),
        faults: Vec::new(),
    }
}

#[allow(clippy::expect_used, reason = "the names above are constants, and a test builds them all")]
fn id(office: &str, name: &str) -> ChannelId {
    let unit: UnitId = office.parse().expect("a constant name");
    ChannelId::new(&unit, name).expect("a constant name")
}
