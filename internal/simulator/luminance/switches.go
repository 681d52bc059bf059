package luminance

import "dataroom.dev/intralinks-operator/internal/simulator/control"

// switches declares every behaviour that can be chosen. The groups are in the
// order in which docs/simulators.md tells about them.
func switches() []control.Switch {
	var all []control.Switch
	for _, group := range [][]control.Switch{
		protocolSwitches(), signInSwitches(), allowanceSwitches(), listSwitches(),
		folderSwitches(), uploadSwitches(), importSwitches(),
	} {
		all = append(all, group...)
	}
	return all
}

func onOff(name, byDefault string, evidence control.Evidence, about string) control.Switch {
	return control.Switch{Name: name, Values: control.OnOff(), Default: byDefault, Evidence: evidence, About: about}
}

func choice(name string, evidence control.Evidence, about string, values ...string) control.Switch {
	return control.Switch{Name: name, Values: values, Default: values[0], Evidence: evidence, About: about}
}

func free(name, byDefault string, evidence control.Evidence, about string) control.Switch {
	return control.Switch{Name: name, Default: byDefault, Evidence: evidence, About: about}
}

func protocolSwitches() []control.Switch {
	return []control.Switch{
		choice("profile", control.Documented, "API version: which paths, methods, parameters and body fields exist", v15, v14, v13),
		choice("pathPrefix", control.Inferred, "where the API lives; the documents of 1.3 and 1.4 state no prefix", "api2", "root"),
		onOff("strict", "on", control.Choice, "refuse undeclared query parameters and body fields with 422"),
		choice("envelope", control.Inferred, "shape of objects and lists in answers", "bare", "wrapped", "wrapped-items", "array"),
		choice("errorBody", control.Choice, "body of an error answer; no schema is published", "json", "text", "html", "empty"),
		choice("missingStatus", control.Inferred, "answer to the id of something that isn't there; 1.3 and 1.4 declare no 404", "404", "403", "422"),
		choice("permissionsShape", control.Documented, "type of a Division's permissions field: auto is text in 1.3 and 1.4, a number in 1.5", "auto", "string", "integer", "object"),
		free("clockSkew", "0s", control.Choice, "how far the instance's clock is ahead, in Date and created_at"),
	}
}

func signInSwitches() []control.Switch {
	return []control.Switch{
		free("tokenTTL", "1h0m0s", control.Inferred, "how long an access token is good"),
		choice("expiresIn", control.Inferred, "expires_in of the token answer", "number", "string", "absent"),
		choice("tokenType", control.Inferred, "token_type of the token answer", "Bearer", "bearer"),
		choice("role", control.Choice, "what the service user may do in Divisions; 403 otherwise", "full", "read", "none"),
	}
}

func allowanceSwitches() []control.Switch {
	return []control.Switch{
		free("budgetRequests", "100", control.Documented, "requests allowed in a window; 0 lifts the allowance"),
		free("budgetPer", "10m0s", control.Documented, "length of the window"),
		choice("rateWindow", control.Choice, "sliding, or fixed from a window's first request", "sliding", "fixed"),
		choice("rateScope", control.Choice, "who shares an allowance", "instance", "token"),
		onOff("tokenCounts", "on", control.Choice, "requests for a token count"),
		onOff("refusedCounts", "off", control.Choice, "requests answered 429 count"),
		onOff("retryAfter", "off", control.Choice, "429 tells in Retry-After when to come again; none is documented"),
	}
}

func listSwitches() []control.Switch {
	return []control.Switch{
		choice("paging", control.Inferred, "which of limit and offset lists take: what the API version declares, both, limit only, or both ignored", "declared", "limit+offset", "limit", "none"),
		free("defaultLimit", "50", control.Documented, "entries where limit applies but isn't sent; 0 is all (1.3 and 1.4 document 50)"),
		free("maxLimit", "0", control.Choice, "hard cap on the entries of any list; 0 is none"),
		onOff("listDeletedFolders", "on", control.Inferred, "folder lists hold deleted folders unless filtered by state"),
		onOff("listCustodianFolders", "on", control.Inferred, "folder lists hold custodian folders unless filtered by type; 1.3 and 1.4 name folder as the filter's default"),
		onOff("listReplaced", "on", control.Inferred, "document lists hold replaced versions unless filtered by version_state"),
		onOff("objectLists", "off", control.Documented, "lists of tasks and QA tags are one object in 1.5: the first entry, as the schema has it"),
	}
}

func folderSwitches() []control.Switch {
	return []control.Switch{
		choice("folderDuplicateNames", control.Choice, "a second folder of one name in one place", "allow", "422"),
		onOff("rootFolder", "on", control.Inferred, "a Division has a folder All Documents on top; off: several folders have no parent, and documents may have no folder"),
		choice("nullParent", control.Choice, "a folder created without parent_id in 1.5: in the root folder, beside it, or refused", "root", "top", "422"),
		choice("deleteFolderWithContent", control.Choice, "deletion of a folder that isn't empty", "422", "cascade"),
		choice("nameMatch", control.Choice, "how names of folders and documents are held to be the same", "exact", "case-insensitive", "nfc"),
		free("maxName", "0", control.Choice, "longest name in bytes of UTF-8; 0 is no limit"),
		choice("maxNameStatus", control.Choice, "answer to a longer name", "422", "413"),
		free("forbiddenCharacters", "", control.Choice, "characters that no name may hold; 422"),
	}
}

func uploadSwitches() []control.Switch {
	return []control.Switch{
		choice("uploadStatus", control.Documented, "answer to an upload: 200 or 201 with the document, or 201 without a body", "200", "201", "201-empty"),
		choice("replaceDefault", control.Inferred, "replace where 1.5 isn't sent it (1.3 and 1.4 document false)", "false", "true", "422"),
		choice("versionGroup", control.Documented, "version_group after a replacement; the documents contradict each other", "new-takes-old-id", "old-takes-new-id", "stable"),
		choice("idOnReplace", control.Inferred, "the new version has a new id, or keeps it and the old version gets another", "new", "kept"),
		choice("versionType", control.Documented, "type of version: a number by the schemas, text in the example of 1.5", "number", "text"),
		choice("draftReplace", control.Choice, "replacing a document that is checked out", "allow", "422"),
		choice("chunkedUpload", control.Choice, "an upload without Content-Length", "411", "accept"),
		free("bodyTimeout", "0s", control.Choice, "how long a document may take to arrive, in real time, before it is answered 408; 0s is no limit"),
		onOff("earlyRefusal", "off", control.Choice, "refuse an upload before its body is read, and hang up"),
		free("maxBytes", "0", control.Choice, "largest document in bytes, decoded; 0 is no limit"),
		choice("maxBytesStatus", control.Choice, "answer to a larger document", "413", "422"),
		choice("emptyFile", control.Choice, "a document of no bytes: imported with qa:emptycontent, failed with it, or refused", "complete", "failure", "422"),
		choice("permissions", control.Documented, "download permission of every Division; none and preview answer 403", "native", "preview", "none"),
		choice("store", control.Choice, "keep contents, or only their hashes and sizes (for very large tests)", "contents", "hashes"),
	}
}

func importSwitches() []control.Switch {
	return []control.Switch{
		free("importDelay", "2s", control.Choice, "how long a document is import_pending"),
		free("importListings", "0", control.Choice, "instead: import_pending until it was shown so often; 0 goes by importDelay"),
		choice("encrypted", control.Inferred, "a document that can't be opened without a password: failed, or imported, with qa:encrypted", "failure", "complete"),
		choice("unsupported", control.Choice, "a format that isn't known: imported, or failed, with qa:unsupportedfileformat", "complete", "failure"),
		free("failNames", "", control.Choice, "doublestar globs, comma-separated: documents of these names end as import_failure"),
		free("failMediaTypes", "", control.Choice, "doublestar globs, comma-separated: documents of these media types end as import_failure"),
		free("failTags", "qa:contentextraction", control.Choice, "QA tags, comma-separated, of documents that failNames or failMediaTypes chose"),
		onOff("containerExpansion", "off", control.Inferred, "archives and e-mails yield documents with parent_id and become import_extracted"),
		onOff("unknownState", "off", control.Inferred, "imported documents say import_unverified, which is undocumented"),
	}
}
