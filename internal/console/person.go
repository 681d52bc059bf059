package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// person is somebody of the cluster, whose token speaks to the API server.
type person struct {
	token string
	// name that the cluster knows them by.
	name   string
	groups []string
	// client has their rights, and none of the operator's.
	client client.Client

	mu sync.Mutex
	// sees is what see found last, for each kind of object.
	sees map[string]sight
}

// errToken: the cluster doesn't know the token, or not any more.
var errToken = errors.New("the cluster does not take this token")

// meet asks the cluster whose token this is. No token, which would stand for the anonymous user, is never asked about.
func (c *Console) meet(ctx context.Context, token string) (*person, error) {
	if token == "" {
		return nil, errToken
	}
	config := rest.AnonymousClientConfig(c.Config)
	config.BearerToken = token
	config.Timeout = askTimeout
	config.QPS = -1
	own, err := client.New(config, client.Options{Scheme: c.Scheme, Mapper: c.Mapper})
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	var review authenticationv1.SelfSubjectReview
	if err := own.Create(ctx, &review); err != nil {
		if apierrors.IsUnauthorized(err) {
			return nil, errToken
		}
		return nil, fmt.Errorf("ask who somebody is: %w", err)
	}
	who := review.Status.UserInfo
	return &person{token: token, name: who.Username, groups: who.Groups, client: own, sees: map[string]sight{}}, nil
}

// may asks the API server, as this person, whether they may do something in the group of the operator's kinds. A resource
// may have a subresource behind a slash.
func (p *person) may(ctx context.Context, verb, resource, namespace, name string) (bool, error) {
	attributes := &authorizationv1.ResourceAttributes{
		Verb: verb, Group: v1alpha1.GroupVersion.Group, Namespace: namespace, Name: name,
	}
	attributes.Resource, attributes.Subresource, _ = strings.Cut(resource, "/")
	review := authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: attributes}}
	if err := p.client.Create(ctx, &review); err != nil {
		return false, fmt.Errorf("ask what somebody may do: %w", err)
	}
	return review.Status.Allowed, nil
}

// sight is which namespaces somebody may list a kind in.
type sight struct {
	all        bool
	namespaces map[string]bool
	asked      time.Time
}

func (s sight) of(namespace string) bool { return s.all || s.namespaces[namespace] }
