package guard

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

// Filter is a FilterProvider for the server of the metrics. What somebody may do there is a rule for the path and the method
// (nonResourceURLs of a ClusterRole).
func Filter(config *rest.Config, hc *http.Client) (metricsserver.Filter, error) {
	g, err := New(config, hc)
	if err != nil {
		return nil, err
	}
	return func(log logr.Logger, next http.Handler) (http.Handler, error) { return g.before(log, next), nil }, nil
}

func (g *Guard) before(log logr.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		verdict, err := g.look(r)
		switch {
		case err != nil:
			log.Error(err, "somebody was turned away, because the API server could not be asked about them")
			http.Error(w, "the API server can't be asked who you are; try again later", http.StatusServiceUnavailable)
		case verdict == http.StatusUnauthorized:
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "send the token of a service account or user of this cluster as Authorization: Bearer", verdict)
		case verdict != http.StatusOK:
			http.Error(w, fmt.Sprintf("your account needs a ClusterRole with nonResourceURLs [%q] and verbs [%q]", r.URL.Path, verb(r)), verdict)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// look gives http.StatusOK where the sender may do what they ask for, else the status that says why not.
func (g *Guard) look(r *http.Request) (status int, err error) {
	user, err := g.Who(r.Context(), TokenOf(r))
	if err != nil || user == nil {
		return http.StatusUnauthorized, err
	}
	may, err := g.MayVisit(r.Context(), user, r.URL.Path, verb(r))
	if err != nil || !may {
		return http.StatusForbidden, err
	}
	return http.StatusOK, nil
}

// verb is how a rule for a path names a method.
func verb(r *http.Request) string { return strings.ToLower(r.Method) }
