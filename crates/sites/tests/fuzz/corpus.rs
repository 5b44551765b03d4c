//! What inputs are made from: our own fixtures, and saved pages where they are at hand.

use std::path::Path;

/// Larger files make slow rounds and teach nothing more.
const MAX_FILE: usize = 120_000;

pub(crate) struct Corpus {
    pub(crate) seeds: Vec<Vec<u8>>,
}

impl Corpus {
    /// The seeds of a target: the fixtures, the inline ones, and of saved files those in the folders that concern it.
    pub(crate) fn load(target: &str) -> Corpus {
        let mut corpus = Corpus { seeds: INLINE.iter().map(|s| s.as_bytes().to_vec()).collect() };
        corpus.folder(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures")));
        // The ordinary test run is the same everywhere.
        if std::env::var("FUZZ_SECONDS").is_ok() || std::env::var("FUZZ_CORPUS").is_ok() {
            let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
            let root = std::env::var("FUZZ_CORPUS").unwrap_or_else(|_| beside.to_owned());
            for folder in folders(target) {
                corpus.folder(&Path::new(&root).join(folder));
            }
        }
        corpus
    }

    fn folder(&mut self, folder: &Path) {
        let Ok(files) = std::fs::read_dir(folder) else { return };
        let mut files: Vec<_> = files.filter_map(Result::ok).map(|f| f.path()).filter(|p| p.is_file()).collect();
        files.sort();
        let read = files.iter().filter_map(|p| std::fs::read(p).ok());
        self.seeds.extend(read.filter(|bytes| !bytes.is_empty() && bytes.len() <= MAX_FILE));
    }
}

fn folders(target: &str) -> &'static [&'static str] {
    match target {
        "articles" => &["pages/article", "pages/blocked", "pages/redirect"],
        "feeds" => &["pages/feed", "newmedia_samples/bridge", "newmedia_samples/rsshub"],
        "json" => &[
            "pages/derived",
            "newmedia_samples/official",
            "newmedia_samples/weibo",
            "newmedia_samples/douyin",
            "newmedia_samples/bridge",
        ],
        "wechat" => &["pages/wechat", "newmedia_samples/article"],
        _ => &["pages/list", "pages/home", "pages/blocked", "pages/redirect", "pages/derived"],
    }
}

const INLINE: &[&str] = &[
    "<rss version=\"2.0\"><channel><title>t</title><item><title>安全 &amp; 生产</title><link>http://x.example/a</link><pubDate>Fri, 20 Nov 2026 00:30:00 CST</pubDate></item></channel></rss>",
    "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><updated>2026-11-20T08:00:00Z</updated><entry><id>http://x.example/1</id><title type=\"html\">&lt;b&gt;通报&lt;/b&gt;</title><updated>2026-11-20T08:00:00+08:00</updated></entry></feed>",
    "{\"classify\":{\"post_count\":203},\"articles\":[{\"title\":\"受理公告\",\"date\":1783353600,\"url\":\"/content/post_3255421.html\"}]}",
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":\"1\",\"url\":\"http://x.example/1\",\"title\":\"通知\",\"date_published\":\"2026-11-20T08:00:00+08:00\"}]}",
    "{\"total_count\":1,\"item\":[{\"update_time\":1795105800,\"content\":{\"news_item\":[{\"title\":\"通知\",\"url\":\"http://mp.example/s/1\",\"is_deleted\":false}]}}]}",
    "<title>关于检查的通知</title><h1>关于检查的通知</h1>发布时间：2026-11-20 来源：区应急局",
    "<meta name='ArticleTitle' content='关于检查的通知'><meta name='PubDate' content='2026-11-20 10:08'><meta name=ContentSource content='区应急局'>",
    "<meta property='og:title' content='区教育局召开会议'><h1 id=activity-name class=rich_media_title>区教育局召开会议</h1><a id=js_name>示例教育</a><em id=publish_time></em><div id=js_content>正文</div><script>var ct = \"1795105800\";var nickname = htmlDecode(\"示例教育\");</script>",
    "<title>微信公众平台</title><div class='weui-msg'><h2 class='weui-msg__title'>该内容已被发布者删除</h2></div>",
    "<datastore><nextgroup><![CDATA[<a href=\"/p.jsp?page=1\"></a>]]></nextgroup><totalrecord>40</totalrecord><record><![CDATA[<li><a href='/art/1001.html'>通知公告</a>2026-11-20</li>]]></record></datastore>",
    "<script>var str_1=\"./a/1001.html\"; var str_2=\"2026-11-20\"; var t='召开会议'; var str_1=\"b/1002.html\"; rows=[{\"title\":\"会议\",\"url\":\"/1.html\",\"date\":\"1\"}]</script>",
    "<meta http-equiv=refresh content=\"0;url=/a/b.html\"><script>window.location.href='/c/d.html'</script>",
];
