package v1alpha1_test

import (
	"slices"
	"strings"
	"testing"
)

var folderSyncRefusals = slices.Concat(exchangeRefusals, sourceFolderRefusals, filterRefusals,
	destinationRefusals, scheduleRefusals, requiredFolderSyncFields)

var exchangeRefusals = []refusal{
	{field: "spec.source.exchange", value: `{}`, says: "set exactly one of id and name, such as exchange: {name: Project Heron}"},
	{field: "spec.source.exchange", value: `{id: 7100015, name: Project Heron}`, says: "set exactly one of id and name"},
	{field: "spec.source.exchange", value: `{id: 0}`, at: "spec.source.exchange.id", says: "copy it from status.exchanges of the integration"},
	{field: "spec.source.exchange", value: `{id: -7100015}`, at: "spec.source.exchange.id", says: "id must be a positive number"},
	{field: "spec.source.exchange", value: `{id: "7100015"}`, at: "spec.source.exchange.id", says: "must be of type integer"},
	{field: "spec.source.exchange", value: `{id: 7100015.5}`, at: "spec.source.exchange.id", says: "must be of type int64"},
	{field: "spec.source.exchange", value: `{id: 9223372036854775808}`, at: "spec.source.exchange.id", says: "must be of type int64"},
	{field: "spec.source.exchange", value: `{name: ""}`, at: "spec.source.exchange.name", says: "should be at least 1 chars long"},
}

var sourceFolderRefusals = []refusal{
	{field: "spec.source.folder", value: `""`, says: "folder must begin with /, such as /Contracts; / is the whole exchange"},
	{field: "spec.source.folder", value: `Contracts`, says: "folder must begin with /"},
	{field: "spec.source.folder", value: `" /Contracts"`, says: "folder must begin with /"},
	{field: "spec.source.folder", value: `/Contracts/`, says: "with single slashes and none at the end"},
	{field: "spec.source.folder", value: `/Contracts//2024`, says: "folder must have no empty part: write /Contracts/2024"},
	{field: "spec.source.folder", value: `//`, says: "folder must have no empty part"},
	{field: "spec.source.folder", value: `/..`, says: "folder must hold no . or .. part: write the whole path from the root"},
	{field: "spec.source.folder", value: `/Contracts/../HR`, says: "folder must hold no . or .. part"},
	{field: "spec.source.folder", value: `/./Contracts`, says: "folder must hold no . or .. part"},
	{field: "spec.source.folder", value: `'/Contracts\2024'`, says: `folder must hold none of \ : * " < > ? | and no control characters`},
	{field: "spec.source.folder", value: `"/Contracts: 2024"`, says: "write the path as Intralinks shows it"},
	{field: "spec.source.folder", value: `/*`, says: "folder must hold none of"},
	{field: "spec.source.folder", value: `'/"Contracts"'`, says: "folder must hold none of"},
	{field: "spec.source.folder", value: `/<Contracts`, says: "folder must hold none of"},
	{field: "spec.source.folder", value: `/Contracts>`, says: "folder must hold none of"},
	{field: "spec.source.folder", value: `/Contracts?`, says: "folder must hold none of"},
	{field: "spec.source.folder", value: `/Contracts|HR`, says: "folder must hold none of"},
	{field: "spec.source.folder", value: `"/Contracts\n"`, says: "no control characters"},
	{field: "spec.source.folder", value: `"/Con\ttracts"`, says: "no control characters"},
	{field: "spec.source.folder", value: `"/Con\0tracts"`, says: "no control characters"},
	{field: "spec.source.folder", value: `"/Con\x1Ftracts"`, says: "no control characters"},
	{field: "spec.source.folder", value: `"/Con\x7Ftracts"`, says: "no control characters"},
	{field: "spec.source.folder", value: "/" + long(1024), says: "may not be more than 1024"},
}

var filterRefusals = []refusal{
	{field: "spec.source.include", value: `["/Signed/**"]`, says: "write **/*.pdf or Signed/**, without a slash at the beginning"},
	{field: "spec.source.include", value: `["**/*.pdf", "/Signed/**"]`, says: "include patterns are paths below folder"},
	{field: "spec.source.include", value: `[""]`, at: "spec.source.include[0]", says: "should be at least 1 chars long"},
	{field: "spec.source.include", value: `"**/*.pdf"`, says: "must be of type array"},
	{field: "spec.source.exclude", value: `["/Drafts/**"]`, says: "write Drafts/**, without a slash at the beginning"},
	{field: "spec.source.exclude", value: `["Drafts/**", ""]`, at: "spec.source.exclude[1]", says: "should be at least 1 chars long"},
	{field: "spec.source.maxFileSize", value: `1 GB`, says: "should match"},
	{field: "spec.source.maxFileSize", value: `1GB`, says: "should match"},
	{field: "spec.source.maxFileSize", value: `large`, says: "should match"},
	{field: "spec.source.splash.acceptedTextHash", value: `""`, says: "acceptedTextHash must be a SHA-256 in 64 small hexadecimal digits"},
	{field: "spec.source.splash.acceptedTextHash", value: `"yes"`, says: "acceptedTextHash must be a SHA-256 in 64 small hexadecimal digits"},
	{
		field: "spec.source.splash.acceptedTextHash", value: "'" + strings.Repeat("0", 63) + "'",
		says: "acceptedTextHash must be a SHA-256 in 64 small hexadecimal digits",
	},
	{
		field: "spec.source.splash.acceptedTextHash", value: strings.Repeat("A", 64),
		says: "acceptedTextHash must be a SHA-256 in 64 small hexadecimal digits",
	},
	{field: "spec.source.splash.acceptedTextHash", value: strings.Repeat("a", 65), says: "may not be more than 64"},
	{field: "spec.source.splash", value: `{accept: "yes"}`, at: "spec.source.splash.accept", says: "must be of type boolean"},
}

var destinationRefusals = []refusal{
	{field: "spec.destination.division", value: `{}`, says: "set exactly one of id, name and moniker, such as division: {name: Corporate}"},
	{field: "spec.destination.division", value: `{id: 12, name: Corporate}`, says: "set exactly one of id, name and moniker"},
	{field: "spec.destination.division", value: `{id: 12, moniker: corporate}`, says: "set exactly one of id, name and moniker"},
	{field: "spec.destination.division", value: `{name: Corporate, moniker: corporate}`, says: "set exactly one of id, name and moniker"},
	{field: "spec.destination.division", value: `{id: 12, name: Corporate, moniker: corporate}`, says: "set exactly one of id, name and moniker"},
	{field: "spec.destination.division", value: `{id: 0}`, at: "spec.destination.division.id", says: "it is the number in the Division's address in Luminance"},
	{field: "spec.destination.division", value: `{name: ""}`, at: "spec.destination.division.name", says: "should be at least 1 chars long"},
	{field: "spec.destination.division", value: `{moniker: ""}`, at: "spec.destination.division.moniker", says: "should be at least 1 chars long"},
	{field: "spec.destination.folder", value: `Contracts`, says: "folder must begin with /, such as /Project Heron/Contracts"},
	{field: "spec.destination.folder", value: `/Project Heron/`, says: "with single slashes and none at the end"},
	{field: "spec.destination.folder", value: `/Project Heron//Contracts`, says: "folder must have no empty part: write /Project Heron/Contracts"},
	{field: "spec.destination.folder", value: `/Project Heron/..`, says: "write the whole path from the Division's root"},
	{field: "spec.destination.folder", value: `/.`, says: "folder must hold no . or .. part"},
	{field: "spec.destination.folder", value: `/Project Heron?`, says: "write another name, such as /Project Heron/Contracts"},
	{field: "spec.destination.folder", value: `'/Project\Heron'`, says: `folder must hold none of \ : * " < > ? |`},
	{field: "spec.destination.folder", value: `"/Project\rHeron"`, says: "no control characters"},
	{field: "spec.destination.folder", value: "/" + long(1024), says: "may not be more than 1024"},
	{field: "spec.destination.taskIDs", value: `[12, 0]`, says: "taskIDs must be positive numbers, such as [12]"},
	{field: "spec.destination.taskIDs", value: `[-12]`, says: "taskIDs must be positive numbers"},
	{field: "spec.destination.taskIDs", value: `[12, 12]`, at: "spec.destination.taskIDs[1]", says: "Duplicate value: 12"},
	{field: "spec.destination.taskIDs", value: `12`, says: "must be of type array"},
}

var scheduleRefusals = []refusal{
	{field: "spec.interval", value: `59s`, says: "interval must be a duration of at least 1m, such as 15m or 1h30m"},
	{field: "spec.interval", value: `0.5m`, says: "at least 1m"},
	{field: "spec.interval", value: `0s`, says: "at least 1m"},
	{field: "spec.interval", value: `-5m`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `1d`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `abc`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `""`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `15 m`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `15m,`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `"15"`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `99999999999h`, says: "such as 15m or 1h30m"},
	{field: "spec.interval", value: `15`, says: "must be of type string"},
	{field: "spec.suspend", value: `"yes"`, says: "must be of type boolean"},
	{field: "spec.dryRun", value: `1`, says: "must be of type boolean"},
	{field: "spec.newVersions", value: `Replace`, says: `supported values: "Upload", "Ignore"`},
	{field: "spec.newVersions", value: `upload`, says: `supported values: "Upload", "Ignore"`},
	{field: "spec.protectedDocuments", value: `Ignore`, says: `supported values: "Skip", "Upload"`},
	{field: "spec.watermarkedDocuments", value: `Keep`, says: `supported values: "Skip", "Upload"`},
	{field: "spec.renamedDocuments", value: `Upload`, says: `supported values: "Keep", "UploadCopy"`},
}

var requiredFolderSyncFields = []refusal{
	{field: "spec", value: leftOut, says: "Required value"},
	{field: "spec.integrationRef", value: leftOut, says: "Required value"},
	{field: "spec.integrationRef.name", value: leftOut, says: "Required value"},
	{field: "spec.integrationRef.name", value: `""`, says: "should be at least 1 chars long"},
	{field: "spec.source", value: leftOut, says: "Required value"},
	{field: "spec.source.exchange", value: leftOut, says: "Required value"},
	{field: "spec.source.folder", value: leftOut, says: "Required value"},
	{field: "spec.destination", value: leftOut, says: "Required value"},
	{field: "spec.destination.division", value: leftOut, says: "Required value"},
	{field: "spec.destination.folder", value: leftOut, says: "Required value"},
}

func TestFolderSyncIsRefused(t *testing.T) {
	expectRefusals(t, leastFolderSync, folderSyncRefusals)
}

func TestFolderSyncIsAccepted(t *testing.T) {
	expectAcceptances(t, leastFolderSync, []acceptance{
		{"spec.source.exchange", `{id: 7100015}`},
		{"spec.source.exchange", `{id: 7100015.0}`},
		{"spec.source.exchange", `{id: 9007199254740993}`}, // more than a float64 can hold
		{"spec.source.exchange", `{name: "Übernahme: Käufer/Verkäufer (2024)"}`},
		{"spec.destination.division", `{id: 12}`},
		{"spec.destination.division", `{moniker: corporate}`},

		{"spec.source.folder", `/`},
		{"spec.source.folder", `/Contracts/2024/Q1`},
		{"spec.source.folder", `"/Verträge #1 & 契約 (50 %)"`},
		{"spec.source.folder", `/...`},
		{"spec.source.folder", `/.hidden/v1.0`},
		{"spec.source.folder", `/Drafts..`},
		{"spec.source.folder", "/" + long(1023)},
		{"spec.destination.folder", `/`},
		{"spec.destination.folder", `/Project Heron/Verträge/契約`},

		{"spec.source.include", `[]`},
		{"spec.source.include", `["**/*.pdf", "Signed/**", "*.{docx,xlsx}"]`},
		{"spec.source.exclude", `["Drafts/**"]`},
		{"spec.source.maxFileSize", `1Gi`},
		{"spec.source.maxFileSize", `1.5G`},
		{"spec.source.maxFileSize", `1`},
		{"spec.source.maxFileSize", `1e3`},
		{"spec.source.maxFileSize", `1E`},
		{"spec.source.maxFileSize", `"12345678901234567890123"`},
		{"spec.source.maxFileSize", `5368709120`},
		{"spec.source.maxFileSize", `"5368709120"`},
		{"spec.source.splash", `{accept: true}`},
		{"spec.source.splash", `{}`},
		{"spec.source.splash", `{accept: true, acceptedTextHash: ` + strings.Repeat("0a", 32) + `}`},
		{"spec.destination.taskIDs", `[]`},
		{"spec.destination.taskIDs", `[12, 9007199254740993]`},

		{"spec.interval", `1m`},
		{"spec.interval", `60s`},
		{"spec.interval", `90s`},
		{"spec.interval", `15m`},
		{"spec.interval", `1h30m`},
		{"spec.interval", `1.5h`},
		{"spec.interval", `60000ms`},
		{"spec.interval", `720h`},
		{"spec.interval", `1m1m`},
		{"spec.suspend", `true`},
		{"spec.dryRun", `true`},
		{"spec.newVersions", `Upload`},
		{"spec.newVersions", `Ignore`},
		{"spec.protectedDocuments", `Skip`},
		{"spec.protectedDocuments", `Upload`},
		{"spec.watermarkedDocuments", `Skip`},
		{"spec.watermarkedDocuments", `Upload`},
		{"spec.renamedDocuments", `Keep`},
		{"spec.renamedDocuments", `UploadCopy`},
	})
}
