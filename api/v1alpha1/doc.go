// Package v1alpha1 holds the two kinds that users write: IntralinksIntegration, which holds the
// connection to an Intralinks account and a Luminance instance, and FolderSync, which names a folder
// of an exchange and the folder of a Division that receives its documents.
//
// Field names, conditions and reasons are a contract: scripts, dashboards and Argo CD read them.
//
// +kubebuilder:object:generate=true
// +groupName=dataroom.dev
package v1alpha1
