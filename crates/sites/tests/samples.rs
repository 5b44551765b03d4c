//! The samples of new-media answers that lie beside the project: each is read, or refused with the right word. Nothing is
//! done where they are not there; own fixtures of every kind stand in the unit tests.
#![allow(clippy::unwrap_used, reason = "the helpers of tests may panic as the tests do")]
#![allow(clippy::disallowed_methods, reason = "the samples lie in files")]

use std::collections::BTreeMap;
use std::path::Path;

use model::{Day, Source};
use sites::{Input, ReadAs, official};

/// File (without its ending where that says nothing) → what comes of it: `read N`, with N items of which D have a date as
/// `N/D`, or the reason why not.
const EXPECTED: &str = "
article/account_blocked removed · article/account_cancelled removed · article/captcha_200 captcha
article/deleted_by_author removed · article/freq forbidden · article/infringement removed
article/link_expired not-found · article/migrated removed · article/normal 1/1 · article/normal_createTime_only 1/1
article/normal_ct_only 1/1 · article/normal_no_time 1/0 · article/normal_ori_ms 1/1
article/normal_quotes_deleted_phrase 1/1 · article/param_error not-found · article/picture_no_js_content 1/1
article/privacy removed · article/send_failed removed · article/system_error http-5xx · article/violation removed
article/violation_old removed
bridge/odd_bare_amp 1/1 · bridge/odd_bom 1/1 · bridge/odd_ctrl_char 1/1 · bridge/odd_date_cn_date 1/1
bridge/odd_date_cn_weekday 1/1 · bridge/odd_date_cst 1/1 · bridge/odd_date_empty dates-gone
bridge/odd_date_epoch_ms 1/1 · bridge/odd_date_epoch_s 1/1 · bridge/odd_date_future dates-gone
bridge/odd_date_gmt8 1/1 · bridge/odd_date_iso_date 1/1 · bridge/odd_date_iso_naive_T 1/1
bridge/odd_date_iso_naive_space 1/1 · bridge/odd_date_naive_rfc822 1/1
bridge/odd_date_naive_rfc822_trailing_space 1/1 · bridge/odd_date_plus0800 1/1 · bridge/odd_date_weibo_ruby 1/1
bridge/odd_date_zero_epoch dates-gone · bridge/odd_gbk_declared 1/1 · bridge/odd_html_title 1/1
bridge/odd_json_no_version doubtful · bridge/odd_json_numeric_id 1/1 · bridge/odd_json_v11_null_title doubtful
bridge/odd_login_html_200 bridge-login · bridge/odd_nbsp_entity 1/1 · bridge/odd_truncated incomplete
bridge/odd_utf8_declared_gb2312 1/1 · bridge/we_mp_rss_after_pr189 2/2 · bridge/we_mp_rss_auth_verify unreadable
bridge/we_mp_rss_custom 1/1 · bridge/we_mp_rss_v141_empty doubtful · bridge/we_mp_rss_v141_full 2/1
bridge/we_mp_rss_v141_full_cdata 2/1 · bridge/we_mp_rss_v141_tz8 2/1 · bridge/we_mp_rss_v141_utc 2/1
bridge/wechat2rss_feed_INFERRED 1/1 · bridge/wechat2rss_list unreadable · bridge/wechat2rss_login_list unreadable
bridge/wechat2rss_query 1/1 · bridge/wewe_400_unknown_feed not-found · bridge/wewe_500 http-5xx
bridge/wewe_rss_feed.atom 2/2 · bridge/wewe_rss_feed.json 2/2 · bridge/wewe_rss_feed.rss 2/2
bridge/wewe_rss_feed_empty.atom doubtful · bridge/wewe_rss_feed_empty.rss doubtful
bridge/wewe_rss_feed_fulltext 2/2 · bridge/wewe_rss_feeds_list unreadable
douyin/err_28001008 bridge-login · douyin/err_28001012 bridge-login · douyin/err_28001045 removed
douyin/err_28003017 quota-spent · douyin/err_28003018 too-many-requests · douyin/video_list_ok 2/2
official/err_40001 auth-broken · official/err_42001 auth-broken · official/err_45009 quota-spent
official/err_45011 too-many-requests · official/err_47001 api-misused · official/err_48001 no-permission
official/err_48004 account-punished · official/err_minus1 http-5xx
official/freepublish_batchget_40008_media_type api-misused · official/freepublish_batchget_beyond_end empty-list
official/freepublish_batchget_empty empty-list · official/freepublish_batchget_p1 2/2
official/freepublish_batchget_p2 1/1 · official/freepublish_batchget_with_content 1/1
official/getarticlesummary_47009_offline api-misused · official/push_MASSSENDJOBFINISH.xml 1/1
official/push_MASSSENDJOBFINISH_failed removed · official/push_PUBLISHJOBFINISH 1/1
official/token_40013 auth-broken · official/token_40125 auth-broken · official/token_40164 ip-not-listed
official/token_40243 auth-broken · official/token_89503 admin-consent · official/token_89507 admin-consent
official/totaldetail_61500_format api-misused · official/totaldetail_61501_span api-misused
rsshub/douyin_user 1/1 · rsshub/error_503.html bridge-login · rsshub/error_503.json bridge-login
rsshub/error_503_douyin_waf captcha · rsshub/error_503_empty_route not-found · rsshub/toutiao_user 1/1
rsshub/weibo_user.atom 2/1 · rsshub/weibo_user.json 2/1 · rsshub/weibo_user.rss 2/2
rsshub/weibo_user_empty_allowEmpty doubtful · rsshub/weibo_user_invalid_date dates-gone
rsshub/weibo_user_nodate dates-gone
weibo/empty_ok0 empty-list · weibo/getIndex_cards 3/3 · weibo/getIndex_user empty-list
weibo/login_ok_minus100 bridge-login
";

/// Answers of the platform that only the conversation with it understands: see below.
const SPOKEN: &str = "getbizsummary_15d.json getbizsummary_15d_none.json getbizsummary_delay.json quota_get.json
stable_token_ok_short.json token_ok.json totaldetail_2026-11-20.json totaldetail_empty_delayed.json
totaldetail_empty_final.json totaldetail_no_title_fields.json";

/// What is no answer of anybody: remarks, headers, the status line of an empty 432, and lines for matching names.
const NO_ANSWERS: [&str; 4] = ["article/README.txt", "rsshub/headers.txt", "weibo/http_432.txt", "adoption/lines.tsv"];

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn came(file: &str, bytes: &[u8]) -> String {
    let read_as = match file.split('/').next().unwrap() {
        "article" => ReadAs::Article,
        "bridge" | "rsshub" => ReadAs::Feed,
        _ => ReadAs::Auto,
    };
    let url = "https://mp.weixin.qq.com/s/x";
    let today = day("2026-11-24");
    let r = sites::read(&Input { bytes, url, content_type: None, read_as, source: &Source::Auto, today });
    match r.outcome.reason() {
        Some(reason) => reason.word().to_owned(),
        None => format!("{}/{}", r.entries.len(), r.entries.iter().filter(|e| e.date.is_some()).count()),
    }
}

#[test]
fn every_sample_is_read_or_refused_with_the_right_word() {
    let dir = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/newmedia_samples"));
    let Ok(kinds) = std::fs::read_dir(dir) else { return };
    let expected: BTreeMap<&str, &str> = EXPECTED.split(['·', '\n']).filter_map(|e| e.trim().split_once(' ')).collect();
    let (mut met, mut spoken, mut others) = (0, 0, 0);
    let mut wrong = vec![];
    for kind in kinds.map(|k| k.unwrap()).filter(|k| k.file_type().unwrap().is_dir()) {
        for file in std::fs::read_dir(kind.path()).unwrap() {
            let path = file.unwrap().path();
            let own = path.file_name().unwrap().to_string_lossy().into_owned();
            let name = format!("{}/{own}", kind.file_name().to_string_lossy());
            if NO_ANSWERS.contains(&name.as_str()) {
                others += 1;
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            if name.starts_with("official/") && SPOKEN.split_whitespace().any(|s| s == own) {
                spoken += 1;
                spoken_answer(&own, &bytes);
                continue;
            }
            // The longest name that fits, for some differ in their endings only.
            let known = expected
                .iter()
                .filter(|(k, _)| name.strip_prefix(**k).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
            let Some((_, want)) = known.max_by_key(|(k, _)| k.len()) else {
                wrong.push(format!("{name}: nobody has said what is to come of it"));
                continue;
            };
            let came = came(&name, &bytes);
            met += 1;
            if came != **want {
                wrong.push(format!("{name}: {came}, wanted {want}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The README on top is the one that is left.
    assert_eq!((met + spoken + others + 1, spoken, others), (133, 10, 4));
}

fn spoken_answer(name: &str, bytes: &[u8]) {
    let on = day("2026-11-20");
    let biz = Some("MzAwMDAwMDAwMQ==");
    match name {
        "getbizsummary_15d.json" => assert!(official::summary(bytes).unwrap().sent.iter().any(|(_, n)| *n > 0)),
        "getbizsummary_15d_none.json" => assert!(official::summary(bytes).unwrap().sent.iter().all(|(_, n)| *n == 0)),
        "getbizsummary_delay.json" => assert!(official::summary(bytes).unwrap().is_late),
        "quota_get.json" => assert_eq!(official::calls_left(bytes), Ok(3)),
        "token_ok.json" => assert_eq!(official::token(bytes).unwrap().expires_in, 7_200),
        "stable_token_ok_short.json" => assert_eq!(official::token(bytes).unwrap().expires_in, 345),
        "totaldetail_empty_delayed.json" => assert!(!official::day(bytes, on, biz).unwrap().is_final),
        "totaldetail_empty_final.json" => {
            let list = official::day(bytes, on, biz).unwrap();
            assert!(list.is_final && list.entries.is_empty());
        }
        _ => {
            let list = official::day(bytes, on, biz).unwrap();
            assert!(list.is_final && !list.entries.is_empty(), "{name}");
            assert!(
                list.entries.iter().all(|e| e.date == Some(on) && e.key().starts_with("wx:")),
                "{:?}",
                list.entries
            );
        }
    }
}
