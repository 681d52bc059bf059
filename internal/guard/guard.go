// Package guard lets those in to an HTTP server whom the cluster lets in. Who somebody is tells their bearer token, by
// a TokenReview, and what they may do a rule of a Role or ClusterRole, by a SubjectAccessReview. Nothing is kept from one
// request to the next: a right that is taken away is gone as soon as the API server says so.
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

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	authenticationclient "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorizationclient "k8s.io/client-go/kubernetes/typed/authorization/v1"
	"k8s.io/client-go/rest"
)

const (
	// reviewTimeout is how long the API server may take to tell who somebody is and what they may do.
	reviewTimeout = 10 * time.Second
	// atOnce is how many people are looked up at the same time, so that no flood of requests here becomes one there.
	atOnce = 8
)

// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// Guard asks the API server. It is safe for concurrent use.
type Guard struct {
	tokens authenticationclient.TokenReviewInterface
	access authorizationclient.SubjectAccessReviewInterface
	turns  chan struct{}
}

// User is who a token belongs to, as the API server says.
type User = authenticationv1.UserInfo

// New makes a Guard that asks with the operator's own rights.
func New(config *rest.Config, hc *http.Client) (*Guard, error) {
	tokens, err := authenticationclient.NewForConfigAndClient(config, hc)
	if err != nil {
		return nil, err
	}
	access, err := authorizationclient.NewForConfigAndClient(config, hc)
	if err != nil {
		return nil, err
	}
	return &Guard{tokens: tokens.TokenReviews(), access: access.SubjectAccessReviews(), turns: make(chan struct{}, atOnce)}, nil
}

// TokenOf is the bearer token of a request; empty where it has none.
func TokenOf(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// Who tells whose token it is; nil: nobody's. An error is of the API server.
func (g *Guard) Who(ctx context.Context, token string) (*User, error) {
	if token == "" {
		return nil, nil //nolint:nilnil // as the comment says
	}
	var who *authenticationv1.TokenReview
	err := g.inTurn(ctx, func(ctx context.Context) (err error) {
		who, err = g.tokens.Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token}}, metav1.CreateOptions{})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("review a token: %w", err)
	}
	if !who.Status.Authenticated {
		return nil, nil //nolint:nilnil // as the comment says
	}
	return &who.Status.User, nil
}

// May tells whether a user may do something to an object. An error is of the API server.
func (g *Guard) May(ctx context.Context, user *User, what authorizationv1.ResourceAttributes) (bool, error) {
	return g.may(ctx, user, authorizationv1.SubjectAccessReviewSpec{ResourceAttributes: &what})
}

// MayVisit tells whether a user may do something at a path that stands for no object. An error is of the API server.
func (g *Guard) MayVisit(ctx context.Context, user *User, path, verb string) (bool, error) {
	return g.may(ctx, user, authorizationv1.SubjectAccessReviewSpec{
		NonResourceAttributes: &authorizationv1.NonResourceAttributes{Path: path, Verb: verb},
	})
}

func (g *Guard) may(ctx context.Context, user *User, spec authorizationv1.SubjectAccessReviewSpec) (bool, error) {
	spec.User, spec.UID, spec.Groups, spec.Extra = user.Username, user.UID, user.Groups, map[string]authorizationv1.ExtraValue{}
	for key, values := range user.Extra {
		spec.Extra[key] = authorizationv1.ExtraValue(values)
	}
	var may *authorizationv1.SubjectAccessReview
	err := g.inTurn(ctx, func(ctx context.Context) (err error) {
		may, err = g.access.Create(ctx, &authorizationv1.SubjectAccessReview{Spec: spec}, metav1.CreateOptions{})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("review the rights of %s: %w", user.Username, err)
	}
	return may.Status.Allowed, nil
}

// inTurn asks the API server something once it is its turn.
func (g *Guard) inTurn(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, reviewTimeout)
	defer cancel()
	select {
	case g.turns <- struct{}{}:
		defer func() { <-g.turns }()
		return ask(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}
