//! What clients call to log in: whoever it is, is let in. With a token set, it is the password.

use super::State;
use super::guard::is_same;
use super::reply::{Body, Reply};
use axum::Form;
use axum::extract::State as Of;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::HashMap;

/// What a client is given, where no token is set.
fn session(state: &State) -> String {
    let organization = state.shared.setup.organization_id;
    let local = || format!("{}!local", organization.as_str().get(..15).unwrap_or_default());
    state.guard.token.as_ref().map_or_else(local, ToString::to_string)
}

/// Whether a password ends with the token: Salesforce's own tokens are appended to passwords.
fn is_let_in(state: &State, password: &str) -> bool {
    match &state.guard.token {
        None => true,
        Some(token) => {
            let start = password.len().saturating_sub(token.len());
            is_same(token.as_bytes(), &password.as_bytes()[start..])
        }
    }
}

/// `/services/oauth2/token`, of any flow.
pub(super) async fn token(
    Of(state): Of<State>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Reply {
    let secrets = ["password", "client_secret", "refresh_token", "assertion", "code"];
    let secret = secrets.iter().find_map(|name| form.get(*name));
    if !is_let_in(&state, secret.map(String::as_str).unwrap_or_default()) {
        return Reply(
            400,
            json!({ "error": "invalid_grant", "error_description": "authentication failure" }),
        );
    }
    let base = state.guard.base(&headers);
    let setup = &state.shared.setup;
    let identity = format!("{base}/id/{}/{}", setup.organization_id.to_18(), setup.user);
    Reply::ok(json!({
        "access_token": session(&state), "instance_url": base, "id": identity, "token_type": "Bearer",
        "issued_at": state.shared.time.now_millis().to_string(), "signature": "",
    }))
}

/// `/services/oauth2/userinfo` and the identity URL.
pub(super) async fn identity(Of(state): Of<State>, headers: HeaderMap) -> Reply {
    let base = state.guard.base(&headers);
    let setup = &state.shared.setup;
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
pub(super) async fn soap(Of(state): Of<State>, headers: HeaderMap, body: Body) -> Response {
    let text = body.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let password = between(&text, "password>", "<").unwrap_or_default();
    if !text.contains("login>") || !is_let_in(&state, password) {
        let fault = "<soapenv:Fault><faultcode>INVALID_LOGIN</faultcode><faultstring>INVALID_LOGIN: Invalid username, \
                     password, security token; or user locked out.</faultstring></soapenv:Fault>";
        return xml(500, fault);
    }
    let setup = &state.shared.setup;
    let (organization, user) = (setup.organization_id.to_18(), setup.user);
    let organization_15 = organization.as_str().get(..15).unwrap_or_default();
    let url =
        format!("{}/services/Soap/u/{}.0/{organization_15}", state.guard.base(&headers), setup.api_version);
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
