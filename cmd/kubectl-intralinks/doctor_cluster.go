package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/crds"
)

// clusterChecks are about what all integrations need.
var clusterChecks = []check{
	{"cluster", lookAtCluster},
	{"kinds", lookAtKinds},
	{"your rights", lookAtRights},
	{"operator", lookAtOperator},
	{"its rights", lookAtOperatorRights},
}

// clockTolerance is how far two clocks may be apart: the operator itself complains about more than a minute.
const clockTolerance = time.Minute

// lookAtCluster asks who the person is, and holds the cluster's clock against this machine's.
func lookAtCluster(ctx context.Context, e *examined) (finding, error) {
	config := rest.CopyConfig(e.config)
	var theirs time.Time
	config.Wrap(func(base http.RoundTripper) http.RoundTripper { return dateOf{base, &theirs} })
	c, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return finding{}, err
	}
	version, err := c.ServerVersion()
	if err != nil {
		return finding{}, err
	}
	me := &authenticationv1.SelfSubjectReview{}
	who := "somebody"
	if err := e.client.Create(ctx, me); err == nil {
		who = me.Status.UserInfo.Username
	}
	if apart := e.now().Sub(theirs).Abs().Round(time.Second); !theirs.IsZero() && apart > clockTolerance {
		return note("Kubernetes %s knows you as %s; its clock and this machine's are %s apart", version.GitVersion, who, apart)
	}
	return ok("Kubernetes %s knows you as %s", version.GitVersion, who)
}

// dateOf keeps the time that the server gives with its answer.
type dateOf struct {
	http.RoundTripper
	date *time.Time
}

// RoundTrip passes a request on.
func (d dateOf) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := d.RoundTripper.RoundTrip(r)
	if err == nil {
		if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
			*d.date = at
		}
	}
	return response, err
}

// lookAtKinds holds the CRDs against what this version of the plugin, and so of the operator, knows.
func lookAtKinds(ctx context.Context, e *examined) (finding, error) {
	c, err := discovery.NewDiscoveryClientForConfig(e.config)
	if err != nil {
		return finding{}, err
	}
	err = crds.Check(ctx, c)
	switch {
	case errors.Is(err, crds.ErrOutdated):
		return fix(err.Error(), "install or upgrade the operator: docs/installation.md, docs/upgrade.md")
	case apierrors.IsForbidden(err):
		return note("can't be seen from here: you may not read /openapi/v3")
	case err != nil:
		return finding{}, err
	}
	return ok("FolderSync and IntralinksIntegration, %s, with every field of version %s", v1alpha1.GroupVersion, version)
}

// privilege is something that somebody has to be allowed to do.
type privilege struct{ verb, group, resource string }

func (r privilege) String() string { return r.verb + " " + r.resource }

func (r privilege) attributes(namespace string) *authorizationv1.ResourceAttributes {
	resource, subresource, _ := strings.Cut(r.resource, "/")
	return &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: r.verb, Group: r.group, Resource: resource, Subresource: subresource}
}

func privileges(group, resource string, verbs ...string) (list []privilege) {
	for _, verb := range verbs {
		list = append(list, privilege{verb, group, resource})
	}
	return list
}

const (
	syncsResource        = "foldersyncs"
	integrationsResource = "intralinksintegrations"
)

// lookAtRights tells what the person may do. Without the right to look nothing here works.
func lookAtRights(ctx context.Context, e *examined) (finding, error) {
	mine := func(needed []privilege) (missing []string, err error) {
		for _, r := range needed {
			review := &authorizationv1.SelfSubjectAccessReview{}
			review.Spec.ResourceAttributes = r.attributes(e.namespace)
			if err := e.client.Create(ctx, review); err != nil {
				return nil, err
			}
			if !review.Status.Allowed {
				missing = append(missing, r.String())
			}
		}
		return missing, nil
	}
	group := v1alpha1.GroupVersion.Group
	blind, err := mine(append(privileges(group, syncsResource, "get", "list", "watch"), privileges(group, integrationsResource, "get", "list", "watch")...))
	if err != nil {
		return finding{}, err
	}
	if len(blind) > 0 {
		return fix(fmt.Sprintf("you may not %s in namespace %s", strings.Join(blind, ", "), e.namespace),
			"ask for the cluster's role view in this namespace, which has the operator's viewer role in it")
	}
	idle, err := mine(append(privileges(group, syncsResource, "create", "patch"), privileges(group, integrationsResource, "patch")...))
	if err != nil {
		return finding{}, err
	}
	if len(idle) > 0 {
		return note("you may look, and not %s in namespace %s; docs/installation.md has the roles", strings.Join(idle, ", "), e.namespace)
	}
	return ok("you may look, create and change in namespace %s", e.namespace)
}

// lookAtOperator finds its Deployment. It may run where nobody but the platform team looks, or outside of the cluster.
func lookAtOperator(ctx context.Context, e *examined) (finding, error) {
	var found appsv1.DeploymentList
	err := e.client.List(ctx, &found, client.MatchingLabels{"app.kubernetes.io/name": "intralinks-operator"})
	switch {
	case apierrors.IsForbidden(err):
		return note("can't be seen from here: you may not list Deployments of all namespaces")
	case err != nil:
		return finding{}, err
	case len(found.Items) == 0:
		return note("no Deployment has the label app.kubernetes.io/name=intralinks-operator: it runs elsewhere, or not at all")
	}
	e.operators = found.Items
	var idle []string
	for _, operator := range e.operators {
		if operator.Status.ReadyReplicas > 0 {
			return ok("%d ready in namespace %s, %s", operator.Status.ReadyReplicas, operator.Namespace, imageOf(operator))
		}
		idle = append(idle, operator.Namespace)
	}
	in := idle[0]
	return fix(fmt.Sprintf("the operator in namespace %s has no pod that is ready (%s)", strings.Join(idle, ", "), imageOf(e.operators[0])),
		fmt.Sprintf("see why: kubectl -n %s describe pods -l app.kubernetes.io/name=intralinks-operator\n"+
			"and what it says: kubectl -n %s logs deployment/%s", in, in, e.operators[0].Name))
}

func imageOf(operator appsv1.Deployment) string {
	if containers := operator.Spec.Template.Spec.Containers; len(containers) > 0 {
		return containers[0].Image
	}
	return "no image"
}

// lookAtOperatorRights asks the API server what the operator's account may do. Of several operators one is enough that
// may work in this namespace.
func lookAtOperatorRights(ctx context.Context, e *examined) (finding, error) {
	if len(e.operators) == 0 {
		return note("can't be seen from here, as the operator")
	}
	group := v1alpha1.GroupVersion.Group
	needed := append(privileges("", "secrets", "get"), privileges(group, syncsResource, "list", "watch")...)
	needed = append(needed, privileges(group, syncsResource+"/status", "patch")...)
	needed = append(needed, privileges(group, integrationsResource, "list", "watch")...)
	needed = append(needed, privileges(group, integrationsResource+"/status", "patch")...)
	missing, err := e.operatorsLack(ctx, needed)
	switch {
	case apierrors.IsForbidden(err):
		return note("can't be seen from here: you may not create SubjectAccessReviews")
	case err != nil:
		return finding{}, err
	case len(missing) > 0:
		return fix(fmt.Sprintf("the operator's account %s may not %s in namespace %s", accountOf(e.operators[0]), strings.Join(missing, ", "), e.namespace),
			"let it look after this namespace, with Helm by watch.namespaces: docs/installation.md")
	}
	return ok("its account may do in namespace %s what it has to", e.namespace)
}

func accountOf(operator appsv1.Deployment) string {
	return operator.Namespace + "/" + cmp.Or(operator.Spec.Template.Spec.ServiceAccountName, "default")
}

// operatorsLack tells what the first operator may not do, unless there is one that may do all.
func (e *examined) operatorsLack(ctx context.Context, needed []privilege) (missing []string, err error) {
	for i, operator := range e.operators {
		lacks, err := e.operatorLacks(ctx, operator, needed)
		if err != nil || len(lacks) == 0 {
			return nil, err
		}
		if i == 0 {
			missing = lacks
		}
	}
	return missing, nil
}

func (e *examined) operatorLacks(ctx context.Context, operator appsv1.Deployment, needed []privilege) (missing []string, err error) {
	in := operator.Namespace
	for _, r := range needed {
		review := &authorizationv1.SubjectAccessReview{}
		review.Spec = authorizationv1.SubjectAccessReviewSpec{
			User:               "system:serviceaccount:" + strings.Replace(accountOf(operator), "/", ":", 1),
			Groups:             []string{"system:authenticated", "system:serviceaccounts", "system:serviceaccounts:" + in},
			ResourceAttributes: r.attributes(e.namespace),
		}
		if err := e.client.Create(ctx, review); err != nil {
			return nil, err
		}
		if !review.Status.Allowed {
			missing = append(missing, r.String())
		}
	}
	return missing, nil
}
