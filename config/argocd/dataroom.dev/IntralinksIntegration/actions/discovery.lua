local person = obj.spec.intralinks.grant ~= "ClientCredentials"
return {
  ["check-now"] = {},
  ["sign-in"] = { disabled = not person },
}
