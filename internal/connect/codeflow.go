package connect

import (
	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/intralinks"
)

// CodeFlowOptions are the options of a person's sign-in that the spec of an integration decides. Whoever uses them
// adds the API key, the callback and the transport.
func CodeFlowOptions(integration *v1alpha1.IntralinksIntegration) intralinks.CodeFlowOptions {
	spec := integration.Spec.Intralinks
	isV3 := spec.AuthAPIVersion != v1alpha1.AuthAPIVersionV2
	o := intralinks.CodeFlowOptions{
		Version: intralinks.V2, AuthURL: authURL(integration), EndOtherSessions: spec.EndOtherSessions,
		PKCE: isV3, SendRedirectURI: isV3,
	}
	if isV3 {
		o.Version = intralinks.V3
	}
	if in := spec.SignIn; in != nil {
		o.AuthorizeURL, o.TokenURL, o.RevokeURL, o.Scope = in.AuthorizeURL, in.TokenURL, in.RevokeURL, in.Scope
		o.PKCE, o.SendRedirectURI = orDefault(in.PKCE, o.PKCE), orDefault(in.SendRedirectURI, o.SendRedirectURI)
	}
	return o
}

func orDefault(given *bool, byDefault bool) bool {
	if given != nil {
		return *given
	}
	return byDefault
}
