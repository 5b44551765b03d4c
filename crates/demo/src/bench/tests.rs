use super::*;

fn median(mut sizes: Vec<usize>) -> usize {
    sizes.sort_unstable();
    sizes[sizes.len() / 2]
}

fn sizes(site: &BenchSite, paths: &[String]) -> Vec<usize> {
    paths.iter().map(|p| site.body(p).unwrap().1.len()).collect()
}

#[test]
fn pages_weigh_what_real_ones_weigh() {
    let site = bench_site(90, 30, 60, 7);
    let (lists, homes, feeds) = (site.list_paths(), site.home_paths(), site.feed_paths());
    assert_eq!((lists.len(), homes.len(), feeds.len()), (2700, 90, 60));
    let some: Vec<String> = lists.iter().step_by(30).cloned().collect();
    assert!((52_000..=72_000).contains(&median(sizes(&site, &some))));
    assert!((75_000..=97_000).contains(&median(sizes(&site, &homes))));
    let heavy = sizes(&site, &feeds).iter().filter(|s| **s > 250_000).count();
    assert_eq!((heavy, (7_000..16_000).contains(&median(sizes(&site, &feeds)))), (15, true));
}

#[test]
fn a_mutation_changes_its_share_and_nothing_else() {
    let site = bench_site(10, 30, 20, 7);
    let paths = [site.list_paths(), site.feed_paths()].concat();
    let bodies = |site: &BenchSite| -> Vec<Vec<u8>> { paths.iter().map(|p| site.body(p).unwrap().1).collect() };
    let before = bodies(&site);
    assert_eq!(site.mutate(5.0), Mutation { columns: 15, feeds: 1 });
    let changed = before.iter().zip(bodies(&site)).filter(|(a, b)| **a != *b).count();
    assert_eq!(changed, 16);
}

#[test]
fn a_site_depends_on_its_seed_only() {
    let (a, b, c) = (bench_site(2, 3, 4, 1), bench_site(2, 3, 4, 1), bench_site(2, 3, 4, 2));
    a.mutate(50.0);
    b.mutate(50.0);
    for path in [a.list_paths(), a.home_paths(), a.feed_paths()].concat() {
        assert_eq!(a.body(&path), b.body(&path), "{path}");
        assert_ne!(a.body(&path), c.body(&path), "{path}");
    }
}

#[test]
fn units_of_every_tenth_place_speak_gbk() {
    let site = bench_site(10, 1, 0, 1);
    let (content_type, body) = site.body("/u009/c00/").unwrap();
    assert_eq!(content_type, "text/html");
    let (text, _, wrong) = encoding_rs::GBK.decode(&body);
    assert!(!wrong && text.contains("charset=\"gb2312\"") && text.contains("工作动态"));
    assert!(site.body("/u010/").is_none() && site.body("/u000/c00/index_3.html").is_none());
}
