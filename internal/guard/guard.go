// Package guard lets those in to an HTTP server whom the cluster lets in. Who somebody is tells their bearer token, by
// a TokenReview, and what they may do a rule for the path and the method (nonResourceURLs of a ClusterRole), by a
// SubjectAccessReview. Nothing is kept from one request to the next: a right that is taken away is gone as soon as the API
// server says so.
//
// controller-runtime has a filter that does the same with the API server's own library. That one makes the
// operator's binary half as large again, for a few requests a minute.
package guard

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	"k8s.io/client-go/rest"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const (
	// reviewTimeout is how long the API server may take to tell who somebody is and what they may do.
	reviewTimeout = 10 * time.Second
	// atOnce is how many people are looked up at the same time, so that no flood of requests here becomes one there.
	atOnce = 8
)

// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// guard asks the API server.
type guard struct {
	tokens authenticationclient.TokenReviewInterface
	access authorizationclient.SubjectAccessReviewInterface
	turns  chan struct{}
}

// Filter is a FilterProvider for the server of the metrics.
func Filter(config *rest.Config, hc *http.Client) (metricsserver.Filter, error) {
	tokens, err := authenticationclient.NewForConfigAndClient(config, hc)
	if err != nil {
		return nil, err
	}
	access, err := authorizationclient.NewForConfigAndClient(config, hc)
	if err != nil {
		return nil, err
	}
	g := &guard{tokens: tokens.TokenReviews(), access: access.SubjectAccessReviews(), turns: make(chan struct{}, atOnce)}
	return func(log logr.Logger, next http.Handler) (http.Handler, error) { return g.before(log, next), nil }, nil
}

func (g *guard) before(log logr.Logger, next http.Handler) http.Handler {
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
func (g *guard) look(r *http.Request) (status int, err error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token = strings.TrimSpace(token); !ok || token == "" {
		return http.StatusUnauthorized, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), reviewTimeout)
	defer cancel()
	select {
	case g.turns <- struct{}{}:
		defer func() { <-g.turns }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	who, err := g.tokens.Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})
	if err != nil {
		return 0, fmt.Errorf("review a token: %w", err)
	}
	if !who.Status.Authenticated {
		return http.StatusUnauthorized, nil
	}
	may, err := g.access.Create(ctx, accessOf(who.Status.User, r), metav1.CreateOptions{})
	if err != nil {
		return 0, fmt.Errorf("review the rights of %s: %w", who.Status.User.Username, err)
	}
	if !may.Status.Allowed {
		return http.StatusForbidden, nil
	}
	return http.StatusOK, nil
}

func accessOf(user authenticationv1.UserInfo, r *http.Request) *authorizationv1.SubjectAccessReview {
	extra := map[string]authorizationv1.ExtraValue{}
	for key, values := range user.Extra {
		extra[key] = authorizationv1.ExtraValue(values)
	}
	return &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: r.URL.Path, Verb: verb(r)},
	}}
}

// verb is how a rule for a path names a method.
func verb(r *http.Request) string { return strings.ToLower(r.Method) }
