//! The one end-to-end story: a quarter of a simulated district through the real program.

use std::io::Cursor;

use calamine::{Reader as _, Xlsx, open_workbook_from_rs};
use chrono::Datelike as _;
use demo::Plan;
use duban::app::App;
use duban::rehearsal::{Difference, Rehearsal};
use duban::{deadlines, judge, letters, settle};
use mail_parser::MessageParser;
use model::calendar::shift;
use model::{Day, FindingState, Verdict};
use store::{FindingFilter, LedgerFilter, MailFilter, Recorded};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quarter_is_found_as_it_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let rehearsal = Rehearsal::start(&Plan::default(), dir.path()).await.unwrap();
    for day in rehearsal.days() {
        rehearsal.live(day).await.unwrap();
        if day.day() % 10 == 0 {
            what_is_due_is_what_judging_all_says(&rehearsal.app).await;
        }
    }
    let months = rehearsal.close().await.unwrap();
    let app = &rehearsal.app;

    let difference = rehearsal.compare().await.unwrap();
    assert!(difference.agreed > 20, "the script has something to find");
    assert_eq!(difference, Difference { agreed: difference.agreed, ..Difference::default() });

    // Every breach of a closed month stands in the ledger once, and nothing else does.
    let lines = app.store.lines(&LedgerFilter::default()).await.unwrap();
    scoring_holds(&lines);
    let breached = FindingFilter { verdict: Some(Verdict::Breached), ..FindingFilter::default() };
    let found = app.store.findings(&breached).await.unwrap();
    for f in found.iter().filter(|f| months.contains(&f.judgement.key.month())) {
        assert_eq!(f.state, FindingState::Posted, "{}", f.judgement.key);
    }
    assert_eq!(lines.len(), found.iter().filter(|f| f.state == FindingState::Posted).count());

    // Judged unit by unit, or of the younger windows alone, it comes to what it comes to at once.
    let (now, today) = (app.clock.now(), app.zone().day(app.clock.now()));
    let mut whole = judge::Known::of(app, now).await.unwrap().judge(app, &app.config.rulebook);
    whole.sort_by(|a, b| a.key.cmp(&b.key));
    for since in [Day::MIN, shift(today, -45), shift(today, -21), shift(today, -3)] {
        let mut parts = judge::judgements_since(app, now, since).await.unwrap();
        parts.sort_by(|a, b| a.key.cmp(&b.key));
        whole.retain(|j| j.key.days.last >= since);
        assert!(!parts.is_empty() && parts == whole, "since {since}");
    }

    // Doing it all again changes nothing.
    let again = judge::judge(app, app.clock.now()).await.unwrap();
    assert_eq!(again, Recorded::default());
    assert!(settle::close_what_is_over(app).await.unwrap().is_empty());
    assert_eq!(app.store.lines(&LedgerFilter::default()).await.unwrap(), lines);

    every_letter_speaks_of_its_own_unit(&rehearsal).await;
    the_sheet_agrees_with_the_ledger(&rehearsal, months[0]).await;
}

/// The pages work out what is due from what the last months have shown; here it is judged from all that was ever seen.
async fn what_is_due_is_what_judging_all_says(app: &App) {
    let now = app.clock.now();
    let sources: Vec<model::Channel> = app.config.sources().cloned().collect();
    let case = rules::Case {
        rulebook: &app.config.rulebook,
        units: &app.config.units,
        timelines: &app.store.timelines(&sources, now).await.unwrap(),
        waivers: &app.store.waivers(now).await.unwrap(),
        declared_empty: &app.store.declared_empty(now).await.unwrap(),
        bridges: &app.config.bridges,
        cleared: &[],
        since: app.config.district.monitoring_since,
        as_of: now,
        zone: app.zone(),
    };
    let all = rules::deadlines(&case);
    assert!(!all.is_empty());
    for unit in &app.config.units {
        let own: Vec<rules::Deadline> = all.iter().filter(|d| d.key.scope.unit() == unit.id).cloned().collect();
        assert_eq!(deadlines::of(app, &unit.id).await.unwrap(), own, "{} {now}", unit.id);
    }
}

fn scoring_holds(lines: &[model::LedgerLine]) {
    assert!(!lines.is_empty());
    for (n, line) in lines.iter().enumerate() {
        assert_eq!(line.seq, i64::try_from(n).unwrap() + 1);
    }
    for pair in lines.windows(2) {
        assert_eq!(pair[1].previous, pair[0].hash);
    }
}

async fn every_letter_speaks_of_its_own_unit(rehearsal: &Rehearsal) {
    let app = &rehearsal.app;
    let mail = app.store.mail(&MailFilter::default()).await.unwrap();
    let weeks: std::collections::BTreeSet<&str> = mail.iter().filter_map(|m| m.mail.key.split(':').nth(1)).collect();
    assert!(weeks.len() >= 12, "a letter every week: {weeks:?}");
    for letter in &mail {
        let parsed = MessageParser::default().parse(&letter.mail.message).unwrap();
        let text = parsed.body_text(0).unwrap();
        let html = parsed.body_html(0).unwrap();
        assert!(!html.contains("<script"), "{}", letter.mail.key);
        let unit = letter.mail.key.rsplit(':').next().unwrap();
        if unit == "office" {
            continue;
        }
        for other in app.config.units.iter().filter(|u| u.id.as_str() != unit) {
            assert!(!text.contains(&format!("{}/", other.id)), "{} names {}", letter.mail.key, other.id);
        }
    }
}

async fn the_sheet_agrees_with_the_ledger(rehearsal: &Rehearsal, month: model::Month) {
    let app = &rehearsal.app;
    let bytes = letters::ledger_sheet(app, month, report::ledger::xlsx).await.unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let lines = app.store.lines(&LedgerFilter::default()).await.unwrap();
    let of_month: Vec<_> = lines.iter().filter(|l| l.line.month == month).collect();
    let text: String = sheet.rows().flatten().map(|c| format!("{c}\n")).collect();
    assert!(!of_month.is_empty());
    for line in of_month {
        assert!(text.contains(line.line.criterion.as_str()) && text.contains(&line.line.text), "{}", line.seq);
    }
}
