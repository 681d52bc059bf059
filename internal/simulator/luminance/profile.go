package luminance

import "net/http"

// API versions, named as users of the API name them.
const (
	v13 = "v1.3"
	v14 = "v1.4"
	v15 = "v1.5"
)

// paramKind is the type of a query parameter.
type paramKind int

const (
	text paramKind = iota
	integer
	boolean
	instant
	enum
)

// param is a declared query parameter.
type param struct {
	name     string
	kind     paramKind
	values   []string // of an enum
	least    int64    // of an integer
	required bool
	repeated bool
}

func ints(names ...string) []param  { return params(integer, names...) }
func texts(names ...string) []param { return params(text, names...) }

func params(kind paramKind, names ...string) []param {
	ps := make([]param, 0, len(names))
	for _, name := range names {
		ps = append(ps, param{name: name, kind: kind})
	}
	return ps
}

func oneOf(name string, values ...string) param { return param{name: name, kind: enum, values: values} }

func join(groups ...[]param) []param {
	var all []param
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// operation is one method on one path. The tables legacy (1.3 and 1.4, which do
// not differ in what is served here) and current (1.5) say what exists; both
// restate the OpenAPI documents of the vendor. Left out are the legacy filters
// "settings" of Divisions and "content" of annotations, which take objects, and
// the methods that change or delete whole collections, which are refused.
type operation struct {
	method, path string
	query        []param
	handle       func(*call)
	answer       answerKind
}

// answerKind is what an operation answers with; untyped is a list that the
// document types as an object.
type answerKind int

const (
	single answerKind = iota
	list
	untyped
)

func operations(version string) []operation {
	if version == v15 {
		return current
	}
	return legacy
}

var (
	documentStates = oneOf("state", stPending, stComplete, stFailure, stUploadFailure, stExtracted, stCancelled)
	versionStates  = oneOf("version_state", vsActive, vsDraft, vsReplaced)

	legacyDocumentFilter = join(ints("limit", "id"), params(instant, "created_at"), ints("created_by", "folder_id", "parent_id"),
		texts("name", "media_type"), []param{documentStates}, ints("version_group", "version"), []param{versionStates})
	legacyFolderFilter = join(ints("limit", "parent_id"), texts("name"),
		[]param{oneOf("state", folderActive, folderDeleted), oneOf("type", "folder", "custodian")})
	legacyAnnotationFilter = join(ints("limit", "id"), params(instant, "created_at"), ints("created_by"),
		texts("type"), []param{{name: "roles", repeated: true}, oneOf("state", "active", "deleted")})
	legacyUpload = join(ints("matter_id"), []param{
		oneOf("type", "attachment", "draft", "version"),
		{name: "name", required: true}, {name: "replace", kind: boolean},
	})
	legacyDownload = params(boolean, "enable_token_based_linking")

	currentPaging         = []param{{name: "limit", kind: integer, least: 1}, {name: "offset", kind: integer}}
	currentDocumentFilter = join(ints("id", "folder_id", "parent_id"), texts("name", "media_type", "state"),
		ints("version_group", "version"), texts("version_state"))
	currentFolderFilter     = join(ints("id", "parent_id"), texts("name", "state", "type"))
	currentAnnotationFilter = join(ints("id"), texts("type"),
		[]param{{name: "roles", repeated: true}}, texts("state"), []param{oneOf("pretty", "true", "false")})
	currentUpload = []param{
		{name: "name", required: true}, {name: "replace", kind: boolean},
		oneOf("matter_version_type", "attachment", "version"), {name: "matter_id", kind: integer},
		{name: "task_id", kind: integer, repeated: true},
	}
	currentDownload = []param{oneOf("enable_token_linking", "true", "false")}
)

const (
	pathProjects  = "/projects"
	pathProject   = "/projects/{project}"
	pathTasks     = pathProject + "/tasks"
	pathTask      = pathProject + "/tasks/{task}"
	pathFolders   = pathProject + "/folders"
	pathFolder    = pathProject + "/folders/{folder}"
	pathUpload    = pathFolder + "/upload"
	pathDocuments = pathProject + "/documents"
	pathDocument  = pathProject + "/documents/{document}"
	pathInFolder  = pathFolder + "/documents"
	pathOneIn     = pathFolder + "/documents/{document}"
)

// legacy and current are filled by init: their handlers refer, through the
// router, to them.
var legacy, current []operation

func init() {
	legacy = append(shared(),
		operation{http.MethodGet, pathProjects, join(ints("limit", "id"), params(instant, "created_at"), ints("created_by"),
			texts("moniker", "name"), ints("account_id"), []param{
				oneOf("state", "active", "disabled", "deleted"), oneOf("permissions", "none", "preview", "native"),
				oneOf("type", "diligence", "discovery", "corporate"), {name: "features", repeated: true},
			}), (*call).listDivisions, list},
		operation{http.MethodGet, pathTasks, join(ints("limit", "id"), texts("moniker", "name"), ints("created_by"),
			texts("description"), params(boolean, "auto_sync"), []param{oneOf("type", "task", "precedent", "alert", "comparison")}),
			(*call).listTasks, list},
		operation{http.MethodGet, pathFolders, legacyFolderFilter, (*call).listFolders, list},
		operation{http.MethodPatch, pathFolder, ints("limit"), (*call).patchFolder, single},
		operation{http.MethodPost, pathUpload, legacyUpload, (*call).upload, single},
		operation{http.MethodGet, pathInFolder, legacyDocumentFilter, (*call).listDocuments, list},
		operation{http.MethodGet, pathDocuments, legacyDocumentFilter, (*call).listDocuments, list},
		operation{http.MethodGet, pathDocument + "/download", legacyDownload, (*call).download, single},
		operation{http.MethodGet, pathOneIn + "/download", legacyDownload, (*call).download, single},
		operation{http.MethodGet, pathDocument + "/annotations", legacyAnnotationFilter, (*call).listAnnotations, list},
		operation{http.MethodGet, pathOneIn + "/annotations", legacyAnnotationFilter, (*call).listAnnotations, list},
	)
	current = append(shared(),
		operation{http.MethodGet, pathProjects, join(ints("id"), texts("moniker", "name"), ints("account_id"),
			texts("state", "permissions", "type"), currentPaging), (*call).listDivisions, list},
		operation{http.MethodGet, pathTasks, nil, (*call).listTasks, untyped},
		operation{http.MethodGet, pathFolders, currentFolderFilter, (*call).listFolders, list},
		operation{http.MethodPatch, pathFolder, nil, (*call).patchFolder, single},
		operation{http.MethodDelete, pathFolder, nil, (*call).deleteFolder, single},
		operation{http.MethodPost, pathUpload, currentUpload, (*call).upload, single},
		operation{http.MethodGet, pathInFolder, nil, (*call).listDocuments, list},
		operation{http.MethodGet, pathDocuments, currentDocumentFilter, (*call).listDocuments, list},
		operation{http.MethodGet, pathDocument + "/download", currentDownload, (*call).download, single},
		operation{http.MethodGet, pathOneIn + "/download", currentDownload, (*call).download, single},
		operation{http.MethodGet, pathDocument + "/annotations", currentAnnotationFilter, (*call).listAnnotations, untyped},
		operation{http.MethodGet, pathOneIn + "/annotations", nil, (*call).listAnnotations, untyped},
	)
}

// shared are the operations that every version declares alike.
func shared() []operation {
	return []operation{
		{http.MethodGet, "/", nil, (*call).system, single},
		{http.MethodGet, "/users/me", nil, (*call).me, single},
		{http.MethodGet, pathProject, nil, (*call).getDivision, single},
		{http.MethodGet, pathTask, nil, (*call).getTask, single},
		{http.MethodPost, pathFolders, nil, (*call).createFolder, single},
		{http.MethodGet, pathFolder, nil, (*call).getFolder, single},
		{http.MethodGet, pathDocument, nil, (*call).getDocument, single},
		{http.MethodDelete, pathDocument, nil, (*call).deleteDocument, single},
		{http.MethodGet, pathOneIn, nil, (*call).getDocument, single},
		{http.MethodDelete, pathOneIn, nil, (*call).deleteDocument, single},
	}
}
