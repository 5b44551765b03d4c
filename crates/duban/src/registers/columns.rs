//! The columns of the two forms. Their names are those of the fields of a draft, so that a mistake finds its cell.

use rules::entries::Field;
use sheets::Column;

/// The number of what stands already: written by an export, empty for what is new.
pub(crate) const NUMBER: &str = "登记编号";
/// The row is about something else than what stands already for the same unit and day.
pub(crate) const ANOTHER: &str = "另计";
/// What stands under the number is to be taken back.
pub(crate) const TAKE_BACK: &str = "撤销";
/// Why it is changed or taken back.
pub(crate) const REASON: &str = "更正理由";
/// Above a table of matters: the statement that the register is complete, its rows and its unit.
pub(crate) const COMPLETE: &str = "本登记截至";
/// The rows of the table that the statement is about.
pub(crate) const COMPLETE_ROWS: &str = "截至日适用指标";
/// The unit that it is about.
pub(crate) const COMPLETE_UNIT: &str = "截至日适用单位";

const fn column(name: &'static str, also: &'static [&'static str], required: bool) -> Column {
    Column { name, also, required }
}

/// The columns of what happened, a row each.
pub(crate) const ENTRIES: [Column; 12] = [
    column(NUMBER, &["编号"], false),
    column("指标", &["指标编号", "考核指标"], true),
    column("单位", &["责任单位", "单位名称", "单位编号"], true),
    column("日期", &["发生日期", "发布日期"], true),
    column("次数", &["件数", "篇数", "数量"], false),
    column("分值", &["得分", "扣分"], false),
    column("事由", &["说明", "事项说明", "内容"], true),
    column("佐证文件", &["佐证", "证据", "附件"], false),
    column("登记人", &["填报人", "经办人"], false),
    column(ANOTHER, &[], false),
    column(TAKE_BACK, &[], false),
    column(REASON, &["撤销理由"], false),
];

/// The columns of what is due, a row for each step.
pub(crate) const MATTERS: [Column; 18] = [
    column(NUMBER, &["编号"], false),
    column("指标", &["指标编号", "考核指标"], true),
    column("单位", &["责任单位", "单位名称", "单位编号"], true),
    column("事项编号", &["来文号", "流水号", "所属月份"], true),
    column("事项名称", &["事项", "标题"], false),
    column("起始日期", &["收到日期", "下发日期", "交办日期"], false),
    column("截止日期", &["要求完成日期", "报送期限"], false),
    column("文号", &[], false),
    column("办理环节", &["环节"], false),
    column("日期", &["办理日期", "报送日期", "答复日期"], false),
    column("延期至", &[], false),
    column("工作日数", &["延长工作日数"], false),
    column("备注", &["说明"], false),
    column("佐证文件", &["佐证", "证据", "附件"], false),
    column("登记人", &["填报人", "经办人"], false),
    column(ANOTHER, &[], false),
    column(TAKE_BACK, &[], false),
    column(REASON, &["撤销理由"], false),
];

/// The column that a field of a draft is read from.
pub(crate) fn of(field: Field) -> &'static str {
    match field {
        // A mistake in what the sheet does not have a column for belongs to the row.
        Field::Late | Field::Through => NUMBER,
        other => other.label(),
    }
}
