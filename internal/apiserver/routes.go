package apiserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation"

	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/guard"
)

// question is a call that has been let in.
type question struct {
	object types.NamespacedName
	user   *guard.User
	r      *http.Request
}

// answer writes what there is to say, or gives an error before it has written anything.
type answer func(ctx context.Context, w http.ResponseWriter, q question) error

func (s *Server) routes(mux *http.ServeMux) {
	turns := make(chan struct{}, atOnce)
	route := func(method, resource, path string, right Right, a answer) {
		mux.HandleFunc(method+" "+Prefix+"{namespace}/"+resource+"/{name}/"+path, func(w http.ResponseWriter, r *http.Request) {
			s.answer(w, r, right, turns, a)
		})
	}
	const integrations, syncs = "intralinksintegrations", "foldersyncs"
	route("GET", integrations, "exchanges", Browse, s.exchanges)
	route("GET", integrations, "exchanges/{exchange}", Browse, s.exchange)
	route("GET", integrations, "tree", Browse, s.tree)
	route("GET", integrations, "divisions", Browse, s.divisions)
	route("GET", integrations, "folders", Browse, s.folders)
	route("GET", integrations, "allowance", SeeIntegration, s.allowance)
	route("GET", syncs, "plan", SeeDocuments, s.plan)
	route("GET", syncs, "problems", SeeDocuments, s.problems)
	route("GET", syncs, "documents", SeeDocuments, s.documents)
	route("GET", syncs, "register", SeeDocuments, s.register)
	route("GET", syncs, "verify", Verify, s.verifyCost)
	route("POST", syncs, "verify", Verify, s.verify)
}

// answer lets a caller in and answers. What is wrong with the token or a right is told before what is wrong with the object.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, right Right, turns chan struct{}, a answer) {
	q := question{object: types.NamespacedName{Namespace: r.PathValue("namespace"), Name: r.PathValue("name")}, r: r}
	if crossSite(r) {
		refuse(w, &findings.Error{Code: http.StatusForbidden, Reason: findings.ForbiddenReason, Message: "another site has sent this"})
		return
	}
	user, refusal := s.admit(r, q.object, right)
	if refusal != nil {
		refuse(w, refusal)
		return
	}
	if refusal := s.Leads(r.Context()); refusal != nil {
		refuse(w, refusal)
		return
	}
	select {
	case turns <- struct{}{}:
		defer func() { <-turns }()
	default:
		refuse(w, &findings.Error{Code: http.StatusTooManyRequests, Reason: findings.BusyReason, Message: "the operator answers as many questions as it can at once; ask again in a moment"})
		return
	}
	q.user = user
	err := a(r.Context(), &patientWriter{w, http.NewResponseController(w)}, q)
	if err != nil {
		s.fail(w, r, err)
	}
}

// admit tells who asks, or why they get no answer.
func (s *Server) admit(r *http.Request, object types.NamespacedName, right Right) (*guard.User, *findings.Error) {
	if len(validation.IsDNS1123Label(object.Namespace)) > 0 || len(validation.IsDNS1123Subdomain(object.Name)) > 0 {
		return nil, findings.BadRequest("the address names no object: namespace and name are those of Kubernetes")
	}
	user, err := s.Guard.Who(r.Context(), guard.TokenOf(r))
	if err == nil && user == nil {
		return nil, &findings.Error{Code: http.StatusUnauthorized, Reason: findings.UnauthorizedReason,
			Message: "send the token of a user or service account of this cluster as Authorization: Bearer; this one is missing, over, or unknown to the API server"}
	}
	may := false
	if err == nil {
		may, err = s.Guard.May(r.Context(), user, right.On(object.Namespace, object.Name))
	}
	if err != nil {
		s.Log.Error(err, "somebody was turned away, because the API server could not be asked about them")
		return nil, &findings.Error{Code: http.StatusServiceUnavailable, Reason: findings.UnavailableReason, Message: "the API server can't be asked who you are; ask again in a moment"}
	}
	if !may {
		return nil, &findings.Error{Code: http.StatusForbidden, Reason: findings.ForbiddenReason, Message: fmt.Sprintf(
			"%s may not %s in namespace %s; a Role with apiGroups [dataroom.dev] and that right gives it, as docs/api.md lists them", user.Username, right, object.Namespace)}
	}
	return user, nil
}

// fail answers with an error. What isn't known to be for the caller is for the log alone.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody listens any more
	}
	refuse(w, s.explain(err))
}

func (s *Server) explain(err error) *findings.Error {
	var known *findings.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return &findings.Error{Code: http.StatusGatewayTimeout, Reason: findings.UnavailableReason, Message: "there was no answer in time: a service is slow, or the request allowance is used up; ask again later"}
	}
	s.Log.Error(err, "a question was not answered")
	return &findings.Error{Code: http.StatusInternalServerError, Reason: findings.InternalReason, Message: "the operator failed; its log says how"}
}

func refuse(w http.ResponseWriter, e *findings.Error) {
	if e.Code == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	if wait := time.Until(e.RetryAt); wait > 0 {
		w.Header().Set("Retry-After", fmt.Sprint(int(wait.Seconds())+1))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(e.Code)
	_ = json.NewEncoder(w).Encode(e) // who doesn't read it can't be told
}

// patientWriter gives up on a reader who stands still.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
}

func (w *patientWriter) Write(p []byte) (int, error) {
	if err := w.control.SetWriteDeadline(time.Now().Add(writePatience)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return w.ResponseWriter.Write(p)
}

func (w *patientWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
