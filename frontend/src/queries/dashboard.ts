import { getDashboardOptions } from "@/openapi/@tanstack/react-query.gen";

export const dashboardOptions = () => getDashboardOptions();
