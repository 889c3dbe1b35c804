//! What clients call to log in: whoever it is, is let in. With a token set, it is the password.

use crate::server::refusal::refuse;
use crate::server::reply::{Body, Reply};
use crate::server::state::State;
use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use serde_json::json;
use sf_outbound_page::{Connection, Refusal};
use std::collections::HashMap;

/// What a client is given, where no token is set.
fn session(state: &State) -> String {
    let organization = state.setup().organization_id;
    let local = || format!("{}!local", organization.as_str().get(..15).unwrap_or_default());
    state.door.token().map_or_else(local, str::to_owned)
}

/// `/services/oauth2/token`, of any flow.
pub(super) async fn token(
    Of(state): Of<State>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let secrets = ["password", "client_secret", "refresh_token", "assertion", "code"];
    let secret = secrets.iter().find_map(|name| form.get(*name));
    match state.door.judge(connection.peer, secret.map(String::as_str).unwrap_or_default(), true) {
        Ok(()) => {}
        Err(Refusal::Token) => {
            let error = json!({ "error": "invalid_grant", "error_description": "authentication failure" });
            return Reply(400, error).into_response();
        }
        Err(refusal) => return refusal.mark(refuse(refusal, &Method::POST)),
    }
    let base = state.door.base(&headers);
    let setup = state.setup();
    let identity = format!("{base}/id/{}/{}", setup.organization_id.to_18(), setup.user);
    Reply::ok(json!({
        "access_token": session(&state), "instance_url": base, "id": identity, "token_type": "Bearer",
        "issued_at": state.operator.now_millis().to_string(), "signature": "",
    }))
    .into_response()
}

/// `/services/oauth2/userinfo` and the identity URL.
pub(super) async fn identity(Of(state): Of<State>, headers: HeaderMap) -> Reply {
    let base = state.door.base(&headers);
    let setup = state.setup();
    let (organization, user) = (setup.organization_id.to_18(), setup.user);
    Reply::ok(json!({
        "id": format!("{base}/id/{organization}/{user}"), "sub": format!("{base}/id/{organization}/{user}"),
        "user_id": user.as_str(), "organization_id": organization.as_str(),
        "preferred_username": "user@sf-outbound.local", "username": "user@sf-outbound.local",
        "display_name": "sf-outbound", "active": true,
        "urls": { "rest": format!("{base}/services/data/v{{version}}/"),
            "sobjects": format!("{base}/services/data/v{{version}}/sobjects/"),
            "query": format!("{base}/services/data/v{{version}}/query/") },
    }))
}

/// SOAP's `login`, the only call that is known.
pub(super) async fn soap(
    Of(state): Of<State>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let text = body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let password = between(&text, "password>", "<").unwrap_or_default();
    let is_login = text.contains("login>");
    let judged =
        if is_login { state.door.judge(connection.peer, password, true) } else { Err(Refusal::Token) };
    if let Err(refusal @ Refusal::Guesses { .. }) = judged {
        return refusal.mark(refuse(refusal, &Method::POST));
    }
    if judged.is_err() {
        let fault = "<soapenv:Fault><faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: Invalid username, \
                     password, security token; or user locked out.</faultstring></soapenv:Fault>";
        return xml(500, fault);
    }
    let setup = state.setup();
    let (organization, user) = (setup.organization_id.to_18(), setup.user);
    let organization_15 = organization.as_str().get(..15).unwrap_or_default();
    let url =
        format!("{}/services/Soap/u/{}.0/{organization_15}", state.door.base(&headers), setup.api_version);
    let result = format!(
        "<loginResponse xmlns=\"urn:partner.soap.sforce.com\"><result>\
         <metadataServerUrl>{}</metadataServerUrl><passwordExpired>false</passwordExpired><sandbox>false</sandbox>\
         <serverUrl>{}</serverUrl><sessionId>{}</sessionId><userId>{user}</userId>\
         <userInfo><organizationId>{organization}</organizationId><userId>{user}</userId>\
         <userName>user@sf-outbound.local</userName><userFullName>sf-outbound</userFullName>\
         <sessionSecondsValid>7200</sessionSecondsValid></userInfo></result></loginResponse>",
        escaped(&url.replace("/Soap/u/", "/Soap/m/")),
        escaped(&url),
        escaped(&session(&state)),
    );
    xml(200, &result)
}

fn xml(status: u16, body: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let envelope = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
         xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>{body}</soapenv:Body>\
         </soapenv:Envelope>"
    );
    (status, [(CONTENT_TYPE, "text/xml; charset=UTF-8")], envelope).into_response()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split_once(end).map(|parts| parts.0)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
