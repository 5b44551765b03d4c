//! What may be entered, and what is said of all that may not.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use model::{MatterStep, Points, Unit, UnitKind};
use rules::entries::{
    CompletenessDraft, Desk, EntryDraft, Field, FieldError, MatterDraft, StepDraft, check_completeness, check_entry,
    check_matter, check_step,
};
use rules::{Rulebook, ZHONGSHAN_2022, load};

fn book() -> Rulebook {
    load(ZHONGSHAN_2022, "zhongshan-2022.toml").unwrap()
}

fn units() -> Vec<Unit> {
    let unit = |id: &str, name: &str, kind| Unit {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        kind,
        aliases: vec![format!("{id}别名")],
        contacts: vec![],
        from: (id == "new").then(|| "2026-06-01".parse().unwrap()),
        until: None,
    };
    vec![
        unit("jyj", "教育局", UnitKind::Department),
        unit("xfj", "区信访局", UnitKind::Department),
        unit("dhz", "大河镇", UnitKind::Township),
        unit("new", "新设局", UnitKind::Department),
    ]
}

fn with<T>(f: impl FnOnce(&Desk<'_>) -> T) -> T {
    let (book, units) = (book(), units());
    f(&Desk { rulebook: &book, units: &units, today: "2026-03-20".parse().unwrap() })
}

fn entry() -> EntryDraft {
    EntryDraft {
        criterion: "D1.1".into(),
        unit: "教育局".into(),
        day: "2026年3月5日".into(),
        description: "复议被纠错".into(),
        by: "张三".into(),
        ..EntryDraft::default()
    }
}

fn fields(mistakes: &[FieldError]) -> Vec<Field> {
    mistakes.iter().map(|m| m.field).collect()
}

#[test]
fn a_good_entry_is_read_as_it_was_typed() {
    let good = with(|d| check_entry(d, &entry())).unwrap();
    assert_eq!((good.unit.as_str(), good.day.to_string().as_str(), good.count), ("jyj", "2026-03-05", 1));
    for day in ["2026-03-05", "2026/3/5", " 2026.3.5 "] {
        assert_eq!(with(|d| check_entry(d, &EntryDraft { day: day.into(), ..entry() })).unwrap(), good);
    }
    assert_eq!(with(|d| check_entry(d, &EntryDraft { unit: "jyj别名".into(), ..entry() })).unwrap(), good);
}

#[test]
fn all_mistakes_are_told_at_once_each_with_its_field() {
    let bad = EntryDraft {
        criterion: "D1.l".into(),
        unit: "教育厅".into(),
        day: "2026-02-30".into(),
        count: "0".into(),
        points: "很多".into(),
        description: "  ".into(),
        by: String::new(),
        has_evidence: false,
    };
    let mistakes = with(|d| check_entry(d, &bad)).unwrap_err();
    assert_eq!(
        fields(&mistakes),
        [Field::Criterion, Field::Unit, Field::Day, Field::Count, Field::Points, Field::Description, Field::By]
    );
    assert_eq!(mistakes[0].to_string(), "指标：考核细则中没有指标「D1.l」，是否应为「D1.1」？");
    assert!(mistakes[1].text.contains("教育局"), "{}", mistakes[1]);
}

#[test]
fn each_kind_of_row_takes_what_belongs_to_it() {
    let of = |criterion: &str, change: fn(&mut EntryDraft)| {
        let mut draft = EntryDraft { criterion: criterion.into(), ..entry() };
        change(&mut draft);
        with(|d| check_entry(d, &draft)).map(|e| e.points).map_err(|m| fields(&m))
    };
    assert_eq!(of("B1.1", |_| ()), Err(vec![Field::Criterion]), "found by looking");
    assert_eq!(of("A1.2", |_| ()), Err(vec![Field::Criterion]), "entered as a matter");
    assert_eq!(of("B1.5", |_| ()), Err(vec![Field::Evidence]));
    assert_eq!(of("B1.5", |d| d.has_evidence = true), Ok(None));
    assert_eq!(of("D1.1", |d| d.points = "-9".into()), Err(vec![Field::Points]));
    assert_eq!(of("E5.1", |_| ()), Err(vec![Field::Unit, Field::Points]), "for one unit only");
    let letters = |d: &mut EntryDraft| {
        d.unit = "区信访局".into();
        d.points = "-1.5".into();
    };
    assert_eq!(of("E5.1", letters), Ok(Some(Points::from_hundredths(-150))));
    assert_eq!(of("C3.1", |_| ()), Ok(None));
    assert_eq!(of("D1.1", |d| d.day = "2026-03-21".into()), Err(vec![Field::Day]), "the future");
    assert_eq!(of("D1.1", |d| d.unit = "新设局".into()), Err(vec![Field::Day]), "before the unit's life");
}

fn matter() -> MatterDraft {
    MatterDraft {
        criterion: "A1.2".into(),
        unit: "jyj".into(),
        code: "钟政办函〔2026〕12号".into(),
        title: "报送第一季度落实情况".into(),
        opened: "2026-03-02".into(),
        due: "2026-04-05".into(),
        document: String::new(),
        by: "张三".into(),
    }
}

#[test]
fn a_matter_carries_its_due_day_only_where_the_row_leaves_it_that() {
    let of = |change: fn(&mut MatterDraft)| {
        let mut draft = matter();
        change(&mut draft);
        with(|d| check_matter(d, &draft)).map(|m| m.due.map(|d| d.to_string())).map_err(|m| fields(&m))
    };
    assert_eq!(of(|_| ()), Ok(Some("2026-04-05".to_owned())));
    assert_eq!(of(|d| d.due = String::new()), Err(vec![Field::Due]));
    assert_eq!(of(|d| d.due = "2026-03-01".into()), Err(vec![Field::Due]));
    assert_eq!(of(|d| d.criterion = "D2.1".into()), Err(vec![Field::Due]), "the clock computes it");
    assert_eq!(of(|d| d.criterion = "E2.1".into()), Err(vec![Field::Criterion]), "made by the rulebook");
    assert_eq!(of(|d| d.criterion = "D1.1".into()), Err(vec![Field::Criterion]), "has no clock");
    assert_eq!(of(|d| d.code = "一\n二".into()), Err(vec![Field::Code]));
    assert_eq!(of(|d| d.opened = "2026-03-21".into()), Err(vec![Field::Opened]));
    assert_eq!(
        of(|d| {
            d.criterion = "D2.1".into();
            d.due = String::new();
        }),
        Ok(None)
    );
}

#[test]
fn a_step_fits_the_clock_of_its_row() {
    let of = |change: fn(&mut StepDraft)| {
        let mut draft = StepDraft {
            criterion: "D2.1".into(),
            unit: "jyj".into(),
            code: "1号".into(),
            step: "报送".into(),
            day: "2026-03-18".into(),
            by: "张三".into(),
            ..StepDraft::default()
        };
        change(&mut draft);
        with(|d| check_step(d, &draft)).map(|s| (s.step, s.implied.map(|i| i.1.to_string()))).map_err(|m| fields(&m))
    };
    assert_eq!(of(|_| ()), Ok((MatterStep::Submitted, None)));
    assert_eq!(of(|d| d.step = "paused".into()), Ok((MatterStep::Paused, None)));
    assert_eq!(of(|d| d.step = "飞走".into()), Err(vec![Field::Step]));
    assert_eq!(of(|d| d.step = "延长".into()), Err(vec![Field::Workdays]));
    assert_eq!(
        of(|d| {
            d.step = "延长".into();
            d.workdays = "20".into();
        }),
        Err(vec![Field::Note]),
        "an extension names its approval"
    );
    let extended = |d: &mut StepDraft| {
        d.step = "延长".into();
        d.workdays = "20".into();
        d.note = "分管领导批准".into();
    };
    assert_eq!(of(extended), Ok((MatterStep::ExtendedBy(20), None)));
    let sheets = |d: &mut StepDraft| {
        d.criterion = "E2.1".into();
        d.code = "2026-02".into();
    };
    assert_eq!(of(sheets), Ok((MatterStep::Submitted, Some("2026-03-01".to_owned()))));
    let no_month = |d: &mut StepDraft| d.criterion = "E2.1".into();
    assert_eq!(of(no_month), Err(vec![Field::Code]));
    let stopped = |d: &mut StepDraft| {
        d.criterion = "A1.2".into();
        d.step = "中止".into();
    };
    assert_eq!(of(stopped), Err(vec![Field::Step]));
    assert_eq!(of(|d| d.workdays = "3".into()), Err(vec![Field::Workdays]));
}

#[test]
fn a_statement_of_completeness_speaks_of_days_that_are_over() {
    let of = |change: fn(&mut CompletenessDraft)| {
        let mut draft = CompletenessDraft {
            criterion: "E2.1".into(),
            through: "2026-03-19".into(),
            by: "张三".into(),
            ..CompletenessDraft::default()
        };
        change(&mut draft);
        with(|d| check_completeness(d, &draft)).map(|c| c.unit.map(|u| u.to_string())).map_err(|m| fields(&m))
    };
    assert_eq!(of(|_| ()), Ok(None));
    assert_eq!(of(|d| d.unit = "大河镇".into()), Ok(Some("dhz".to_owned())));
    assert_eq!(of(|d| d.through = "2026-03-20".into()), Err(vec![Field::Through]));
    assert_eq!(of(|d| d.criterion = "B1.1".into()), Err(vec![Field::Criterion]));
}
