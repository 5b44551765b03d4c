//! The registers that sheets are kept of, and the rows of the scoring table that belong to each. Which row belongs where
//! follows from its rule, so that another rulebook has the same registers.

use rules::{Criterion, Due, Rule, Rulebook};

/// A register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Kind {
    /// 任务、报送与整改：每件自有期限
    Tasks,
    /// 每年一次的事项：年报、清单修订
    Yearly,
    /// 每月签审单
    Signoff,
    /// 依申请公开
    Applications,
    /// 来信留言
    Letters,
    /// 征集调查与反馈
    Surveys,
    /// 扣分与一票否决事项
    Incidents,
    /// 稿件采用
    Articles,
    /// 加分事项
    Bonus,
    /// 其他部门评分
    External,
}

/// Which of the two forms a register is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// What happened, a row each.
    Entries,
    /// What is due, a row for each step of its life.
    Matters,
}

impl Kind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Kind; 10] = [
        Kind::Tasks,
        Kind::Yearly,
        Kind::Signoff,
        Kind::Applications,
        Kind::Letters,
        Kind::Surveys,
        Kind::Incidents,
        Kind::Articles,
        Kind::Bonus,
        Kind::External,
    ];

    /// The name of its sheet.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Kind::Tasks => "任务报送整改",
            Kind::Yearly => "年度事项",
            Kind::Signoff => "签审单",
            Kind::Applications => "依申请公开",
            Kind::Letters => "来信留言",
            Kind::Surveys => "征集反馈",
            Kind::Incidents => "扣分与否决",
            Kind::Articles => "稿件采用",
            Kind::Bonus => "加分事项",
            Kind::External => "其他部门评分",
        }
    }

    /// Its form.
    #[must_use]
    pub fn shape(self) -> Shape {
        match self {
            Kind::Incidents | Kind::Articles | Kind::Bonus | Kind::External => Shape::Entries,
            _ => Shape::Matters,
        }
    }

    /// Is this row kept in it?
    #[must_use]
    pub fn holds(self, row: &Criterion, book: &Rulebook) -> bool {
        let due = row.clock();
        let duty = matches!(row.rule, Rule::Duty { .. });
        match self {
            Kind::Tasks => matches!(due, Some(Due::ByItem)),
            Kind::Yearly => matches!(due, Some(Due::Yearly { .. })),
            Kind::Signoff => matches!(due, Some(Due::Monthly { .. })),
            Kind::Applications => duty && matches!(due, Some(Due::Workdays(_))),
            Kind::Letters => matches!(row.rule, Rule::External { .. }) && matches!(due, Some(Due::Workdays(_))),
            Kind::Surveys => matches!(row.rule, Rule::Earned { .. }) && matches!(due, Some(Due::Workdays(_))),
            Kind::Incidents => matches!(row.rule, Rule::Incident { .. } | Rule::Veto { .. }),
            Kind::Articles => matches!(row.rule, Rule::Earned { .. }) && !is_bonus(row, book),
            Kind::Bonus => matches!(row.rule, Rule::Earned { .. }) && is_bonus(row, book),
            Kind::External => matches!(row.rule, Rule::External { .. }),
        }
    }

    /// The rows that are kept in it.
    #[must_use]
    pub fn rows(self, book: &Rulebook) -> Vec<&Criterion> {
        book.criteria.iter().filter(|c| self.holds(c, book)).collect()
    }
}

fn is_bonus(row: &Criterion, book: &Rulebook) -> bool {
    book.group(&row.group).is_some_and(|g| g.bonus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_that_people_enter_has_its_register() {
        let book = rules::load(rules::ZHONGSHAN_2022, "x").unwrap();
        let of = |kind: Kind| kind.rows(&book).iter().map(|c| c.id.as_str()).collect::<Vec<_>>().join(" ");
        assert_eq!(of(Kind::Tasks), "A1.2 A1.3 A2.1 B1.4 E3.1");
        assert_eq!(of(Kind::Yearly), "A3.1 A6.1 A6.2");
        assert_eq!(of(Kind::Signoff), "E2.1");
        assert_eq!(of(Kind::Applications), "D2.1");
        assert_eq!(of(Kind::Letters), "E5.1");
        assert_eq!(of(Kind::Surveys), "F3");
        assert_eq!(of(Kind::Incidents), "A1.1 A3.2 A3.3 A4.1 A4.2 B1.5 C3.1 C4.1 D1.1 D2.2 D2.3 E1.1 E1.2 E1.3");
        assert_eq!(of(Kind::Articles), "C2.1");
        assert_eq!(of(Kind::Bonus), "F1 F2.1 F2.2 F3 F4.1 F4.2 F5.1 F5.2 F5.3");
        assert_eq!(of(Kind::External), "E4.1 E5.1");
        for row in book.criteria.iter().filter(|c| !matches!(c.rule, Rule::Freshness { .. } | Rule::Quota { .. })) {
            assert!(Kind::ALL.iter().any(|k| k.holds(row, &book)), "{}", row.id);
        }
    }
}
