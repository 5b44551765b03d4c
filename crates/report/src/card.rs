//! 单位考核卡: how a unit stands, why each line was made, and what would have avoided it.

use model::{Day, Moment, Month, Points, Zone};

use crate::ReportError;
use crate::grid::{Cell, Grid};
use crate::paper::{Block, Look, Paper};
use crate::scorecard::{CardView, GroupView, kind_label};
use crate::text::Plain;
use crate::workbook::{self, Sheet};

/// One line of the ledger as the card explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    /// Its number in the ledger.
    pub seq: i64,
    /// The month that it belongs to.
    pub belongs_to: Month,
    /// The month in whose ledger it stands.
    pub month: Month,
    /// The row of the table.
    pub criterion: String,
    /// The group whose score it touches.
    pub group: String,
    /// What it adds.
    pub points: Points,
    /// What it was made from: `监测发现 #12`, `人工登记 第4号`.
    pub source: String,
    /// The sentence that explains it.
    pub text: Plain,
    /// The source sentence of the row.
    pub sentence: Plain,
    /// What would have avoided it; empty where nothing can be said.
    pub avoid: Plain,
    /// The line with which it cancels.
    pub pair: Option<i64>,
    /// Its fingerprint.
    pub hash: String,
}

/// A row of the table with its cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapLine {
    /// The group's id.
    pub group: String,
    /// The row.
    pub criterion: String,
    /// Its title.
    pub title: Plain,
    /// The plain sum of its lines.
    pub raw: Points,
    /// The most that it may earn in a year.
    pub cap: Option<Points>,
    /// What counts.
    pub counted: Points,
}

/// Something that was found and does not stand in the ledger yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenLine {
    /// The finding's number.
    pub number: i64,
    /// The row of the table.
    pub criterion: String,
    /// Where and when.
    pub place: Plain,
    /// What it would cost.
    pub points: Points,
    /// Where it stands.
    pub state: Plain,
    /// What would have avoided it.
    pub avoid: Plain,
}

/// A unit's card.
#[derive(Debug, Clone)]
pub struct UnitCard {
    /// The district.
    pub district: Plain,
    /// Who signs.
    pub office: Plain,
    /// The day that the document bears.
    pub made_on: Day,
    /// The scores, step by step.
    pub card: CardView,
    /// The year's lines that were counted, in the order of the ledger.
    pub lines: Vec<CardLine>,
    /// The rows that have lines or a cap.
    pub caps: Vec<CapLine>,
    /// Found, and not charged yet.
    pub open: Vec<OpenLine>,
    /// Windows of the year that could not be judged: they cost nothing.
    pub unknown: usize,
    /// How to object.
    pub appeal: Plain,
}

/// The form of the workbook. It rises when a column changes its meaning.
pub const SCHEMA: u32 = 1;

const GROUPS: [&str; 6] = ["一级指标", "满分", "起评", "各行合计（未封顶、未保底）", "得分", "说明"];
const STEPS: [&str; 8] = ["一级指标", "步骤", "台账序号", "所属月份", "指标", "分值", "累计", "说明"];
const LINES: [&str; 10] =
    ["序号", "所属月份", "入账月份", "指标", "分值", "来源", "说明", "细则原文", "怎样可以避免", "指纹"];
const CAPS: [&str; 6] = ["指标", "二级指标", "各行合计", "全年上限", "计入", "说明"];
const OPEN: [&str; 6] = ["发现编号", "指标", "栏目（账号）、时段", "拟记分值", "状态", "怎样可以避免"];

impl UnitCard {
    /// As a document.
    #[must_use]
    pub fn paper(&self) -> Paper {
        let card = &self.card;
        let title = format!("{}{}年度政务公开考核卡", card.unit_name, card.year);
        let mut paper = Paper::new(Look::Sheet, &[&title]);
        paper.push(Block::fact("单位", &format!("{}（{}）", card.unit_name, card.unit)));
        paper.push(Block::fact("考核细则", card.rulebook.as_str()));
        if let Some(as_of) = &card.as_of {
            paper.push(Block::fact("截至", as_of));
        }
        paper.push(Block::fact("总分", &format!("{}（满分{}，加分项另计）", card.total, card.out_of)));
        paper.push(Block::heading("一、得分"));
        paper.push(Block::Table(self.groups()));
        paper.push(Block::heading("二、逐行说明"));
        if self.lines.is_empty() {
            paper.push(Block::text("本年度台账中没有本单位的行。"));
        }
        for group in &card.groups {
            self.explained(group, &mut paper);
        }
        if !self.caps.is_empty() {
            paper.push(Block::heading("三、指标合计与上限"));
            paper.push(Block::Table(self.caps_grid("")));
        }
        paper.push(Block::heading("四、尚未入账"));
        if self.open.is_empty() {
            paper.push(Block::text("没有已发现而尚未入账的问题。"));
        } else {
            paper.push(Block::Table(self.open_grid("")));
        }
        let blind = format!("本年度另有{}个时段无法判定，均不扣分：监测未能看到的内容不作为扣分依据。", self.unknown);
        paper.push(Block::text(&blind));
        for line in &card.uncounted {
            paper.push(Block::note(&format!("未计入：{line}")));
        }
        paper.push(Block::heading("五、异议"));
        paper.push(Block::Text(self.appeal.clone()));
        paper.push(Block::Signature(vec![self.office.clone(), Plain::new(&chinese_day(self.made_on))]));
        paper
    }

    /// The lines of one group, each with why and how to avoid it.
    fn explained(&self, group: &GroupView, paper: &mut Paper) {
        let own: Vec<&CardLine> = self.lines.iter().filter(|l| l.group == group.id).collect();
        if own.is_empty() {
            return;
        }
        paper.push(Block::subheading(&format!("{} {}", group.id, group.title)));
        for l in own {
            let pair = l.pair.map_or_else(String::new, |p| format!("；与第{p}号相互抵销"));
            let head = format!(
                "第{}号　{}　{}分（{}，{}{pair}）",
                l.seq,
                l.criterion,
                l.points.signed(),
                l.belongs_to,
                l.source
            );
            paper.push(Block::fact(&head, l.text.as_str()));
            paper.push(Block::note(&format!("细则原文：{}", l.sentence)));
            if !l.avoid.is_empty() {
                paper.push(Block::note(&format!("怎样可以避免：{}", l.avoid)));
            }
        }
        let steps = group.steps.iter().filter(|s| !matches!(s.kind.as_str(), "line" | "base"));
        for s in steps {
            paper.push(Block::note(&format!("{}：{}，得{}分", kind_label(&s.kind), s.text, s.running)));
        }
    }

    fn groups(&self) -> Grid {
        let mut grid = Grid::new("", &GROUPS);
        grid.rows = self.card.groups.iter().map(group_row).collect();
        let mut total = vec![Cell::text(""); GROUPS.len()];
        total[0] = Cell::text("总分");
        total[1] = Cell::Score(self.card.out_of);
        total[4] = Cell::Score(self.card.total);
        grid.total = Some(total);
        grid
    }

    fn steps(&self) -> Grid {
        let mut grid = Grid::new("逐步计算", &STEPS);
        let steps = self.card.groups.iter().flat_map(|g| g.steps.iter().map(move |s| (g, s)));
        let rows = steps.map(|(g, s)| {
            vec![
                Cell::text(&format!("{} {}", g.id, g.title)),
                Cell::text(kind_label(&s.kind)),
                s.seq.map_or(Cell::Empty, Cell::Whole),
                s.month.map_or(Cell::Empty, |m| Cell::text(&m.to_string())),
                s.criterion.as_deref().map_or(Cell::Empty, Cell::text),
                Cell::Points(s.points),
                Cell::Score(s.running),
                Cell::Long(s.text.clone()),
            ]
        });
        grid.rows = rows.collect();
        grid
    }

    fn lines(&self) -> Grid {
        let mut grid = Grid::new("逐行说明", &LINES);
        let rows = self.lines.iter().map(|l| {
            let pair = l.pair.map_or_else(String::new, |p| format!("（与第{p}号相互抵销）"));
            vec![
                Cell::Whole(l.seq),
                Cell::text(&l.belongs_to.to_string()),
                Cell::text(&l.month.to_string()),
                Cell::text(&l.criterion),
                Cell::Points(l.points),
                Cell::text(&l.source),
                Cell::long(&format!("{}{pair}", l.text)),
                Cell::Long(l.sentence.clone()),
                Cell::Long(l.avoid.clone()),
                Cell::text(&l.hash),
            ]
        });
        grid.rows = rows.collect();
        grid
    }

    fn caps_grid(&self, name: &str) -> Grid {
        let mut grid = Grid::new(name, &CAPS);
        let rows = self.caps.iter().map(|c| {
            let says = if c.counted < c.raw {
                format!("超出上限的{}分不计", (c.raw - c.counted).abs())
            } else {
                String::new()
            };
            vec![
                Cell::text(&c.criterion),
                Cell::Text(c.title.clone()),
                Cell::Points(c.raw),
                c.cap.map_or(Cell::Empty, Cell::Score),
                Cell::Points(c.counted),
                Cell::text(&says),
            ]
        });
        grid.rows = rows.collect();
        grid
    }

    fn open_grid(&self, name: &str) -> Grid {
        let mut grid = Grid::new(name, &OPEN);
        let rows = self.open.iter().map(|o| {
            vec![
                Cell::Whole(o.number),
                Cell::text(&o.criterion),
                Cell::Long(o.place.clone()),
                Cell::Points(o.points),
                Cell::Text(o.state.clone()),
                Cell::Long(o.avoid.clone()),
            ]
        });
        grid.rows = rows.collect();
        grid
    }

    /// As a workbook.
    ///
    /// # Errors
    /// When a sheet takes no more rows, or the workbook cannot be packed.
    pub fn xlsx(&self, made_at: Moment, zone: Zone) -> Result<Vec<u8>, ReportError> {
        let card = &self.card;
        let title = format!("{}{}年度政务公开考核卡", card.unit_name, card.year);
        let notes = [
            ("名称", title.clone()),
            ("表格版本", SCHEMA.to_string()),
            ("单位", format!("{}（{}）", card.unit_name, card.unit)),
            ("考核细则", card.rulebook.to_string()),
            ("总分", format!("{}（满分{}，加分项另计）", card.total, card.out_of)),
            ("无法判定", format!("{}个时段，均不扣分", self.unknown)),
            ("未计入的行", card.uncounted.iter().map(Plain::as_str).collect::<Vec<_>>().join("；")),
            ("异议", self.appeal.to_string()),
            ("制表", format!("{}，{}", self.office, zone.local(made_at))),
        ];
        let sheets = [
            Sheet::Table(Grid { name: "得分".to_owned(), ..self.groups() }),
            Sheet::Table(self.lines()),
            Sheet::Table(self.steps()),
            Sheet::Table(self.caps_grid("指标合计与上限")),
            Sheet::Table(self.open_grid("尚未入账")),
            Sheet::Notes("说明".to_owned(), notes.map(|(n, t)| (n.to_owned(), t)).to_vec()),
        ];
        workbook::xlsx(&title, made_at, &sheets)
    }
}

fn group_row(g: &GroupView) -> Vec<Cell> {
    let says: Vec<String> = g
        .steps
        .iter()
        .filter(|s| !matches!(s.kind.as_str(), "line" | "base"))
        .map(|s| format!("{}：{}", kind_label(&s.kind), s.text))
        .collect();
    vec![
        Cell::text(&format!("{} {}", g.id, g.title)),
        g.points.map_or(Cell::Empty, Cell::Score),
        Cell::Score(g.base),
        Cell::Points(g.raw),
        Cell::Score(g.score),
        Cell::long(&says.join("；")),
    ]
}

/// `2026年11月24日`, as a document is dated.
#[must_use]
pub fn chinese_day(day: Day) -> String {
    use chrono::Datelike as _;
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}
