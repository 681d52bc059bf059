package apiserver

import authorizationv1 "k8s.io/api/authorization/v1"

// Right is what a caller must be allowed to do to an object. The subresources are virtual: the Kubernetes API serves none of them,
// and roles name them all the same.
type Right struct {
	Verb, Resource, Subresource string
}

// The rights.
var (
	// Browse an integration: its account's exchanges and what is in them, the service user's Divisions and their folders.
	Browse = Right{"get", "intralinksintegrations", "browse"}
	// SeeIntegration is the right to read it.
	SeeIntegration = Right{"get", "intralinksintegrations", ""}
	// SeeDocuments of a sync: its register, its plan and all of its problems.
	SeeDocuments = Right{"get", "foldersyncs", "documents"}
	// Verify a sync: it spends requests of the allowance.
	Verify = Right{"create", "foldersyncs", "verify"}
)

// On an object.
func (r Right) On(namespace, name string) authorizationv1.ResourceAttributes {
	return authorizationv1.ResourceAttributes{
		Group: "dataroom.dev", Version: "v1alpha1", Verb: r.Verb, Resource: r.Resource, Subresource: r.Subresource,
		Namespace: namespace, Name: name,
	}
}

// String is how a rule names it.
func (r Right) String() string {
	if r.Subresource == "" {
		return r.Verb + " " + r.Resource
	}
	return r.Verb + " " + r.Resource + "/" + r.Subresource
}
