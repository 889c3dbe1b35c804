//! The consumer behind axum: `cargo run -p checked-in -- 127.0.0.1:8080`

use axum::Router;
use checked_in::Pipeline;
use opportunity_message::NotificationServer;
use std::env;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let address = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".into());
    let app = Router::new().route_service("/opportunity", NotificationServer::new(Pipeline::default()));
    let socket = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}", socket.local_addr()?);
    axum::serve(socket, app).await
}
