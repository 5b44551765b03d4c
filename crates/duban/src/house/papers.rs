//! Documents, for the pages.

use std::sync::Arc;

use anyhow::Context as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use web::{Form, Papers, Trouble, Which};

use super::{Behind, trouble};
use crate::{circular, reports};

impl Papers for Behind {
    fn paper<'a>(&'a self, which: Which<'a>, form: Form) -> BoxFuture<'a, Result<Option<Vec<u8>>, Trouble>> {
        async move { made(self, which, form).await.map_err(trouble) }.boxed()
    }
}

async fn made(behind: &Behind, which: Which<'_>, form: Form) -> anyhow::Result<Option<Vec<u8>>> {
    let app = &behind.0;
    let paper = match which {
        Which::Circular(_) if form == Form::Xlsx => return Ok(None),
        Which::Circular(span) => circular::circular(app, span).await?,
        Which::Card(unit, year) => {
            let unit = app.config.unit(unit).with_context(|| format!("配置中没有单位「{unit}」"))?;
            let card = reports::unit_card(app, unit, year).await?;
            if form == Form::Xlsx {
                return Ok(Some(card.xlsx(app.clock.now(), app.zone())?));
            }
            Arc::new(card.paper())
        }
    };
    match form {
        Form::Html => Ok(Some(paper.html()?.into_bytes())),
        #[cfg(feature = "docx")]
        Form::Docx => Ok(Some(docx::docx(&paper)?)),
        _ => Ok(None),
    }
}
