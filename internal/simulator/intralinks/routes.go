package intralinks

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// methods are the handlers of one path. HEAD is none of them.
type methods map[string]http.HandlerFunc

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h, ok := m[r.Method]; ok {
		h(w, r)
		return
	}
	allowed := make([]string, 0, len(m))
	for method := range m {
		allowed = append(allowed, method)
	}
	slices.Sort(allowed)
	wrongMethod(w, strings.Join(allowed, ", "))
}

func get(h http.HandlerFunc) methods { return methods{http.MethodGet: h} }

// serviceRoutes are all the paths there are. Of an exchange, its description, the
// splash and the lists of people need no entry (Intralinks Python SDK).
func (s *Server) serviceRoutes() *http.ServeMux {
	const exchange = "/v2/workspaces/{w}"
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { noSuchPath(w) })
	for pattern, m := range map[string]methods{
		"/v2/oauth/authorize":         get(s.authorize(false)),
		"/v2/oauth/token":             {http.MethodPost: s.tokenV2},
		"/v2/oauth/revoke":            {http.MethodPut: s.revoke},
		"/v3/apis/il-iam/oauth/token": {http.MethodPost: s.tokenV3},
		storagePath + "{document}":    get(s.storage),

		"/v2/workspaces":      get(s.signedIn(s.listExchanges)),
		"/v2/users/{email}":   get(s.signedIn(s.getUser)),
		exchange:              get(s.within(s.getExchange)),
		exchange + "/splash":  {http.MethodGet: s.within(s.getSplash), http.MethodPost: s.within(s.postSplash)},
		exchange + "/folders": get(s.entered(s.listFolders, pageParameters...)),

		exchange + "/folders/{f}":          get(s.entered(s.getFolder)),
		exchange + "/folders/{f}/contents": get(s.entered(s.listContents)),
		exchange + "/documents":            get(s.entered(s.listDocuments, pageParameters...)),
		exchange + "/documents/{d}":        get(s.entered(s.getDocument)),
		exchange + "/documents/{d}/file":   get(s.entered(s.download)),

		exchange + "/documents/{d}/permissions":  get(s.entered(s.getPermissions)),
		exchange + "/documents/{d}/accessReport": get(s.entered(s.getAccessReport)),
		exchange + "/users":                      get(s.people(s.listUsers, "email")),
		exchange + "/groups":                     get(s.people(s.listGroups, "includeWorkspaceGroupMembers")),
		exchange + "/groups/{g}/users":           get(s.people(s.listGroupUsers)),

		exchange + "/settings":                   get(s.entered(s.getSettings)),
		exchange + "/fieldDefinitions":           get(s.entered(s.emptyList("fieldDefinitions"))),
		exchange + "/customFields":               get(s.entered(s.emptyList("customFields"))),
		exchange + "/documents/{d}/customFields": get(s.entered(s.ofDocument(s.emptyList("customFields")))),
		exchange + "/folders/{f}/customFields":   get(s.entered(s.ofFolder(s.emptyList("customFields")))),
		exchange + "/groups/{g}/customFields":    get(s.entered(s.ofGroup(s.emptyList("customFields")))),
		exchange + "/batches":                    get(s.entered(s.emptyList("batches"), "operationType")),
		exchange + "/batches/{b}":                get(s.entered(func(c *call) { s.fail(c.w, errNotFound) })),
	} {
		mux.Handle(pattern, m)
	}
	for pattern, m := range map[string]methods{
		"/v3/apis/il-iam/oauth/authorize": get(s.authorize(true)),
		"/v3/apis/il-iam/oauth/revoke":    {http.MethodPost: s.revokeV3},
	} {
		mux.Handle(pattern, s.whereOn("v3CodeFlow", m))
	}
	return mux
}

// whereOn has a path only while a switch is on.
func (s *Server) whereOn(name string, h http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !s.control.Bool(name) {
			noSuchPath(w)
			return
		}
		h.ServeHTTP(w, r)
	}
}

// pathID reads an id from the path; what is no number is the id of nothing.
func pathID(r *http.Request, name string) int64 {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return -1
	}
	return id
}
