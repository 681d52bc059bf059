package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the group and version of both kinds.
var GroupVersion = schema.GroupVersion{Group: "dataroom.dev", Version: "v1alpha1"}

var (
	schemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme registers both kinds.
	AddToScheme = schemeBuilder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&IntralinksIntegration{}, &IntralinksIntegrationList{},
		&FolderSync{}, &FolderSyncList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
