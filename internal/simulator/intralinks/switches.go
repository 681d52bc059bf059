package intralinks

import "dataroom.dev/intralinks-operator/internal/simulator/control"

// Switches lists what can be selected. Each doubt about the real service is one.
// The groups are in the order in which docs/simulators.md tells about them.
func Switches() []control.Switch {
	var all []control.Switch
	for _, group := range [][]control.Switch{
		protocolSwitches(), signInSwitches(), personSwitches(), sessionSwitches(), entrySwitches(),
		accessSwitches(), listSwitches(), fieldSwitches(), downloadSwitches(),
	} {
		all = append(all, group...)
	}
	return all
}

// choice is a switch with a few values, the first of them the default.
func choice(name string, evidence control.Evidence, about string, values ...string) control.Switch {
	return control.Switch{Name: name, Values: values, Default: values[0], Evidence: evidence, About: about}
}

// free is a switch that takes a number or a duration.
func free(name, byDefault string, evidence control.Evidence, about string) control.Switch {
	return control.Switch{Name: name, Default: byDefault, Evidence: evidence, About: about}
}

func protocolSwitches() []control.Switch {
	return []control.Switch{
		choice("strict", control.Choice, "refuse query parameters and body fields that no evidence names, with 400", "on", "off"),
		free("latency", "0s", control.Choice, "wait so long before each answer"),
		choice("errorsAs200", control.Documented, "errors 400 of v2 resources come with HTTP 200", "off", "on"),
		choice("deniedStatus", control.Choice, "HTTP status of codes 1-1-3 (no permission) and 1-1-3-2 (session over), which were seen without one", "401", "403", "200"),
		free("quota", "0", control.Choice, "requests that the gateway lets through in each quotaPer; 0 is no limit, and none is published"),
		free("quotaPer", "1m0s", control.Choice, "length of the stretch that quota counts, from its first request"),
		choice("quotaRetryAfter", control.Choice, "what quota refuses tells in Retry-After when to come again", "off", "on"),
		choice("throttleStatus", control.Inferred, "HTTP status of what quota and the throttle fault refuse", "500", "429"),
		choice("faultDetail", control.Inferred, "faults of the gateway have detail.errorcode", "on", "off"),
		free("clockSkew", "0s", control.Choice, "how far the header Date is ahead of the true time, or behind it; the clock of the admin API leaves that header alone"),
	}
}

func signInSwitches() []control.Switch {
	return []control.Switch{
		free("tokenTTL", "59m59s", control.Documented, "lifetime of an access token; V2 tells it as expires_in in whole seconds"),
		free("refreshTTL", "720h0m0s", control.Documented, "lifetime of a refresh token"),
		choice("clientCredentials", control.Documented, "the V2 client_credentials grant is enabled for the application", "on", "off"),
		choice("refreshGrant", control.Documented, "the V2 refresh_token grant is enabled, and V2 answers carry a refresh_token; see codeRefreshToken", "off", "on"),
		choice("signInFlags", control.Documented, "V2 answers carry flags, as for a new account", "off", "on"),
		choice("wrongSecret", control.Inferred, "HTTP status of V2 sign-in for a known key with a wrong secret", "401", "400"),
		free("lockAfter", "0", control.Choice, "wrong passwords in a row that lock an account, which then answers 403/017 to the right one; 0 is never"),
		choice("v3Error", control.Choice, "body of a refused V3 sign-in: _status envelope, gateway fault, or the ErrorCode body of V2, which tells an unknown key from a wrong secret", "envelope", "fault", "errorCode"),
		choice("v3ErrorStatus", control.Choice, "HTTP status of V3 sign-in with wrong credentials", "401", "400", "403"),
		choice("v3Lifetime", control.Documented, "whether the V3 answer tells the lifetime, as data.expiresIn", "none", "expiresIn"),
		choice("v3Token", control.Choice, "V3 tokens are short random text, or long and in three parts", "opaque", "jwt"),
	}
}

// personSwitches are about people who sign in on the page.
func personSwitches() []control.Switch {
	return []control.Switch{
		free("codeTTL", "20s", control.Documented, "lifetime of a code"),
		choice("codeParameter", control.Documented, "how the V2 callback calls the code: one page says code, another accesscode; V3 says code", "code", "accesscode"),
		choice("codeReplay", control.Choice, "a code that comes twice is refused, or also ends what came of it", "refused", "revokes"),
		choice("denial", control.Inferred, "a person who denies access goes to the callback with error=access_denied, or stays on the page", "callback", "stays"),
		choice("grantError", control.Inferred, "how V2 refuses a code or a refresh token: the gateway's ErrorCode, 403/017, or invalid_grant of plain OAuth; V3 by v3Error", "errorCode", "017", "oauth"),
		choice("codeRefreshToken", control.Documented, "V2 answers to a code carry a refresh_token always, as documented, or only where refreshGrant is on", "always", "enabled"),
		choice("refreshRotation", control.Choice, "a refresh gives a new refresh token and ends the old one, the same once more, or none, and the old one stays", "rotates", "same", "absent"),
		choice("refreshExpiry", control.Choice, "a refresh begins refreshTTL anew, or the end stays that of the sign-in", "renewed", "fixed"),
		choice("refreshLifetime", control.Choice, "answers tell how long the refresh token lives: refresh_expires_in, in V3 refreshExpiresIn", "off", "on"),
		choice("refreshReuse", control.Choice, "a refresh token that was replaced is refused, or also ends all that came of it", "refused", "revokes"),
		choice("pkceV2", control.Documented, "PKCE in V2: no such parameters, checked where it is sent, or required", "unknown", "checked", "required"),
		choice("pkceV3", control.Inferred, "PKCE in V3", "checked", "unknown", "required"),
		choice("v3CodeFlow", control.Inferred, "V3 has /v3/apis/il-iam/oauth/authorize and /revoke, and its token call takes codes and refresh tokens", "on", "off"),
		choice("v3RedirectURI", control.Choice, "whether the V3 page wants redirect_uri; where it is sent, it has to be the registered one", "optional", "required"),
		choice("v3Email", control.Choice, "V3 answers to a person's sign-in name the account, as data.email", "off", "on"),
	}
}

func sessionSwitches() []control.Switch {
	return []control.Switch{
		choice("sessions", control.Documented,
			"single: a sign-in beside a live session of the account is refused with 403/018, unless endOtherSessions ends that one; many: only for accounts and exchanges that are marked so",
			"many", "single"),
		choice("endOtherSessions", control.Inferred, "the parameter of that name ends the account's other sessions always, or only where the single-session rule holds", "always", "single"),
		choice("v3Sessions", control.Choice, "whether V3 sign-ins are exempt from the single-session rule or counted by it", "exempt", "counted"),
		choice("sessionTakenAnswer", control.Inferred, "what a token answers whose session was ended by another sign-in", "1-1-3-2", "018", "401"),
		choice("idleSession", control.Inferred, "a session that wasn't used for an hour lives as long as its token, or ends as if another sign-in had ended it", "lives", "ends"),
	}
}

func entrySwitches() []control.Switch {
	return []control.Switch{
		choice("entryGate", control.Documented,
			"which exchanges answer 303 until entered: every one (vendor's text), those with a splash or security level above 1 (what recorded tests suggest), none",
			"every", "splash", "never"),
		choice("entryScope", control.Inferred, "an entry ends with the token, or holds for the account", "token", "account"),
		choice("refreshKeepsEntry", control.Inferred, "a refreshed token stays in the exchanges its predecessor entered", "off", "on"),
		choice("v3Entry", control.Choice, "whether V3 sessions have to enter exchanges", "required", "skipped"),
		choice("splashAbsent", control.Inferred, "GET splash of an exchange that has none: no splash key, splashRequired false, or 400/3-1", "missing", "notRequired", "error"),
		choice("acceptFalse", control.Inferred, "state for acceptSplash false in an exchange without a splash", stateAllow, "ACCEPT_SPLASH"),
		choice("risk", control.Choice, "how entry is rated at security levels 2 to 4: high asks a question (2, 3) or for a one-time password (4)", "low", "high"),
	}
}

func accessSwitches() []control.Switch {
	return []control.Switch{
		choice("role", control.Documented,
			"role of every account: publisher; manager, who sees hidden things and gets into HOLD; or reviewer, who neither gets into PREPARATION nor sees folders without a document for them",
			rolePublisher, roleManager, roleReviewer),
		choice("phaseAnswer", control.Choice, "content of an exchange whose phase keeps the role out: 400/3-1, 1-1-3, or the exchange is not to be seen at all", "3-1", "1-1-3", "unlisted"),
		choice("legacyContent", control.Inferred, "content of an exchange of type IL5: 1-1-3 as the lists of its people, or readable", "denied", "readable"),
		choice("closedExchange", control.Choice, "an exchange that was closed: not to be seen, listed without content, or so in phase DELETED", "gone", "empty", "deleted"),
		choice("deletedDocuments", control.Inferred, "kept deleted documents: hidden, or listed with isDeleted true", "unlisted", "flagged"),
	}
}

func listSwitches() []control.Switch {
	return []control.Switch{
		choice("paging", control.Documented, "lists come in one answer, or in pages by startIndex and itemsPerPage with a pagingContext", "one", "capped"),
		free("pageSize", "1000", control.Choice, "the most rows in a page when paging is capped"),
		choice("emptyList", control.Inferred, "an empty list: no key, or []", "absent", "empty"),
		choice("single", control.Documented, "GET of one thing: a list of one, or the object", "list", "object"),
		choice("listOrder", control.Documented, "order of lists: repeatable but not by id, or oldest first", "mixed", "oldest"),
		choice("rootDocuments", control.Inferred, "documents outside of any folder: parentId -1, no parentId, or not in the list", "minusOne", "absent", "unlisted"),
		choice("folderEntityType", control.Inferred, "entityType of folders in contents: FOLDER, or left out", "FOLDER", "absent"),
	}
}

func fieldSwitches() []control.Switch {
	return []control.Switch{
		choice("indexed", control.Documented, "folders and documents have an indexNumber; off: no such field; blank: an empty one", "on", "off", "blank"),
		choice("versionNumber", control.Inferred, "versionNumber counts a document's contents, or stays at 1", "counts", "stays"),
		choice("fileHash", control.Documented, "fileHash: hash of the stored content, or no such field", "content", "absent"),
		choice("downloadHash", control.Inferred, "fileHashDownload: hash of what a download gives, always equal to fileHash, or no such field", "download", "same", "absent"),
		choice("viewerOnlyFlag", control.Choice, "pdfProtection of documents that may only be viewed", "NONE", "NOSAVE"),
	}
}

func downloadSwitches() []control.Switch {
	return []control.Switch{
		choice("viewerOnlyAnswer", control.Documented, "download of a document that may only be viewed", "500-xml", "500-json", "403-json"),
		choice("irmDownload", control.Inferred, "download of an IRM-protected document: encrypted bytes, as one that may only be viewed, or the plain file", "ciphertext", "refuse", "plain"),
		choice("fileErrors", control.Documented, "shape of other errors of a download: XML, XML also where access or entry is refused, or JSON", "xml", "xml-all", "json"),
		choice("fileLength", control.Inferred, "whether downloads carry a Content-Length", "known", "chunked"),
		choice("fileType", control.Choice, "Content-Type of downloads: application/octet-stream, or the document's", "octet", "actual"),
		choice("fileDisposition", control.Choice, "downloads carry a Content-Disposition", "off", "on"),
		choice("fileRedirect", control.Choice, "downloads are redirected to a storage host, which refuses requests that bring a bearer token along", "off", "on"),
		choice("ranges", control.Choice, "downloads support Range and carry an ETag", "off", "on"),
		choice("stampedRanges", control.Choice, "with ranges, watermarked downloads support Range too, each part cut out of a copy of its own", "off", "on"),
	}
}
