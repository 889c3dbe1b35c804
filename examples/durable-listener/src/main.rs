//! A listener that stores before it acknowledges, and counts each won deal once, however often Salesforce sends it.
//!
//! `cargo run -p durable-listener -- 127.0.0.1:8080 deals.db`

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use opportunity::Opportunity;
use sf_outbound_inbox::{Delivery, HandlerError, Inbox, Tx};
use std::env;
use std::error::Error;

mod opportunity {
    sf_outbound::include_wsdl!("opportunity");
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS deal(id TEXT PRIMARY KEY, name TEXT, amount REAL, stage TEXT) STRICT;
    CREATE TABLE IF NOT EXISTS won(id TEXT PRIMARY KEY, times INTEGER NOT NULL) STRICT;";

// Every column that is inserted is also updated.
const KEEP: &str = "
    INSERT INTO deal VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, amount = excluded.amount, stage = excluded.stage";

const COUNT: &str = "INSERT INTO won VALUES (?1, 1) ON CONFLICT (id) DO UPDATE SET times = times + 1";

/// What it writes and that the notification is handled are committed together.
fn handle(tx: &Tx<'_>, delivery: Delivery<Opportunity>) -> Result<(), HandlerError> {
    let Some(deal) = delivery.record else {
        println!("{}: deleted before delivery", delivery.id);
        return Ok(());
    };
    let (id, stage) = (deal.id.to_18(), deal.stage_name.as_deref());
    if !delivery.is_superseded {
        tx.execute(KEEP, (id.as_str(), &deal.name, deal.amount, stage))?;
    }
    if stage == Some("Closed Won") {
        tx.execute(COUNT, [id.as_str()])?;
    }
    println!("{id}: {:?} {stage:?}", deal.name);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:8080".into());
    let file = arguments.next().unwrap_or_else(|| "deals.db".into());
    let inbox = Inbox::at(&format!("sqlite:{file}?wait=60s"))
        .prepare(|tx| Ok(tx.execute_batch(TABLES)?))
        .in_transaction(handle)
        .open()?;
    let health = {
        let inbox = inbox.clone();
        move || async move {
            if inbox.trouble().is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
        }
    };
    let app = Router::new().route_service("/opportunity", inbox).route("/health", get(health));
    let socket = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", socket.local_addr()?);
    axum::serve(socket, app).await?;
    Ok(())
}
