//! Other ways of reading, tried on what is saved, for the pages.

use anyhow::Context as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use model::{Channel, ChannelId, DayRange};
use sites::trial::{Side, Trial};
use web::{Tried, Trouble, Way, Workbench};

use super::{Behind, trouble};
use crate::Usage;
use crate::trial::{Saved, as_toml, save, saved, source, tried};

impl Workbench for Behind {
    fn tried<'a>(
        &'a self,
        channel: &'a ChannelId,
        selectors: &'a str,
        source: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Tried>, Trouble>> {
        async move { both(self, channel, selectors, source).await.map_err(trouble) }.boxed()
    }

    fn accept<'a>(
        &'a self,
        channel: &'a ChannelId,
        who: &'a str,
        why: &'a str,
    ) -> BoxFuture<'a, Result<String, Trouble>> {
        async move {
            let known = known(self, channel).map_err(trouble)?;
            let pages = saved(&self.0, channel).await.map_err(trouble)?;
            crate::trial::accept(&self.0, known, &pages, who, why).await.map_err(trouble)
        }
        .boxed()
    }

    fn save<'a>(&'a self, channel: &'a ChannelId, way: Way<'a>) -> BoxFuture<'a, Result<String, Trouble>> {
        async move { written_down(self, channel, way).await.map_err(trouble) }.boxed()
    }
}

async fn written_down(behind: &Behind, id: &ChannelId, way: Way<'_>) -> anyhow::Result<String> {
    let channel = known(behind, id)?;
    let text = match (way.selectors, way.source) {
        ("", "") => return Err(Usage("没有填写读法，无可保存".to_owned()).into()),
        (selectors, "") => as_toml(selectors, &channel.source)?,
        (_, table) => table.to_owned(),
    };
    let new = source(&text)?;
    let pages = saved(&behind.0, id).await?;
    let (reading, by) = (channel.clone(), new.clone());
    let trials: Vec<Trial> =
        tokio::task::spawn_blocking(move || pages.iter().map(|p| tried(p, &reading, &by)).collect()).await?;
    let backup = match save(&behind.0, channel, &text, &trials, way.force, (way.who, way.why)).await {
        Ok(backup) => backup,
        Err(e) if may_not_write(&e) => {
            let command = format!("duban try --channel {id} --source '{text}' --save --by 姓名 --reason 理由");
            let why = "本机上网页程序没有写配置的权限（随程序提供的 duban.service 就是这样设的），没有保存";
            return Err(Usage(format!("{why}。请管理员在服务器上运行：{command}")).into());
        }
        Err(e) => return Err(e),
    };
    let name = backup.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    Ok(format!("「{id}」的读法已写入 units.toml（{text}），原文件存为 {name}"))
}

fn may_not_write(e: &anyhow::Error) -> bool {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
    let kinds = e.chain().filter_map(|c| c.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
    kinds.into_iter().any(|k| matches!(k, PermissionDenied | ReadOnlyFilesystem))
}

fn known<'a>(behind: &'a Behind, id: &ChannelId) -> anyhow::Result<&'a Channel> {
    behind.0.config.channel(id).with_context(|| format!("配置中没有栏目「{id}」"))
}

async fn both(behind: &Behind, id: &ChannelId, selectors: &str, table: &str) -> anyhow::Result<Vec<Tried>> {
    let channel = known(behind, id)?;
    let new = match (selectors, table) {
        ("", "") => channel.source.clone(),
        (selectors, "") => source(&as_toml(selectors, &channel.source)?)?,
        (_, table) => source(table)?,
    };
    let pages = saved(&behind.0, id).await?;
    if pages.is_empty() {
        return Err(Usage(format!("这个栏目{}", crate::trial::NOTHING_SAVED)).into());
    }
    // Thirty pages are read twice each: not on the thread that serves everybody.
    let channel = channel.clone();
    Ok(tokio::task::spawn_blocking(move || pages.iter().map(|p| view(p, &tried(p, &channel, &new))).collect()).await?)
}

fn view(page: &Saved, trial: &Trial) -> Tried {
    Tried {
        days: DayRange { first: page.first, last: page.last },
        looks: page.looks,
        objections: trial.objections(),
        old: side(&trial.old),
        new: side(&trial.new),
        lost: trial.lost.clone(),
        gained: trial.gained.clone(),
        changed: trial.changed.iter().map(|c| (c.title.clone(), c.old, c.new)).collect(),
    }
}

fn side(side: &Side) -> web::Side {
    web::Side {
        outcome: side.outcome.text(),
        good: side.outcome.is_good(),
        adapter: side.adapter,
        rows: side.rows,
        dated: side.dated,
        newest: side.newest,
        notes: side.notes.clone(),
    }
}
