//! Two outbound messages on one axum server: each with its own endpoint, and both on a shared one.
//!
//! `cargo run -p axum-listener -- 127.0.0.1:8080`

use axum::Router;
use sf_outbound::{Ack, Call, Failure, NotificationService};
use std::env;
use std::error::Error;

mod opportunity {
    sf_outbound::include_wsdl!("opportunity");
}

mod account {
    sf_outbound::include_wsdl!("account");
}

struct Listener;

impl NotificationService<opportunity::Opportunity> for Listener {
    async fn notifications(&self, call: Call<opportunity::Opportunity>) -> Result<Ack, Failure> {
        for notification in &call.message.notifications {
            match &notification.sobject {
                Some(won) => println!("{}: {:?} {:?} {:?}", won.id, won.name, won.amount, won.stage_name),
                None => println!("{}: deleted before delivery", notification.id),
            }
        }
        Ok(Ack::Accepted)
    }
}

impl NotificationService<account::Account> for Listener {
    async fn notifications(&self, call: Call<account::Account>) -> Result<Ack, Failure> {
        for account in
            call.message.notifications.iter().filter_map(|notification| notification.sobject.as_ref())
        {
            println!("{}: {:?}, {:?} employees", account.id, account.name, account.number_of_employees);
        }
        Ok(Ack::Accepted)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".into());
    let opportunities = opportunity::NotificationServer::new(Listener);
    let accounts = account::NotificationServer::new(Listener);
    let both = sf_outbound::Router::new().route(opportunities.clone())?.route(accounts.clone())?;
    let app = Router::new()
        .route_service("/opportunity", opportunities)
        .route_service("/account", accounts)
        .route_service("/salesforce", both);
    let socket = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", socket.local_addr()?);
    axum::serve(socket, app).await?;
    Ok(())
}
